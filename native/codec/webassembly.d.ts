/** What is used of WebAssembly, which Node has and neither its types nor those of the language tell of. */
declare namespace WebAssembly {
  class Module {
    private readonly compiled: true
  }
  class Instance {
    constructor(module: Module, imports: Readonly<Record<string, Readonly<Record<string, () => number>>>>)
    readonly exports: object
  }
  interface Memory {
    readonly buffer: ArrayBuffer
  }
  function validate(bytes: Uint8Array): boolean
  function compile(bytes: Uint8Array): Promise<Module>
}
