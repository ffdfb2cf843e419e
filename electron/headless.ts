// The entry of the command. The check comes first and the phone is loaded after it: an old Node would stumble over it.
import './node-version.cjs'

void import('node:module')
  .then((module) => module.enableCompileCache())
  .then(() => import('./headless-main.ts'))
  .then((main) => main.main(process.argv.slice(2)))
