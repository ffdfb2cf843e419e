import { dieWithParent, serve } from '../../native/audio/host.ts'
import { CardError, loadNaudiodon } from '../../native/audio/naudiodon.ts'

/** The audio host on a machine where naudiodon was not installed. */
dieWithParent()
serve(() => {
  try {
    return loadNaudiodon('naudiodon-that-is-not-installed')
  } catch (error) {
    if (!(error instanceof CardError)) throw error
    throw new CardError(error.message.replaceAll('-that-is-not-installed', ''), error.permanent, { cause: error })
  }
})
