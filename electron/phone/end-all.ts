/** Ends one after another; what fails is told, and keeps none of the others from its end. */
export async function endAll(ends: readonly (() => unknown)[], onFault: (error: unknown) => void): Promise<void> {
  for (const end of ends) {
    try {
      await end()
    } catch (error) {
      onFault(error)
    }
  }
}
