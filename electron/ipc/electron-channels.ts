/** Between preload script and main process, and nobody else: names of Electron's IPC channels. */
export const channels = {
  /** Page to phone: the text of one JSON-RPC request; answered with the text of its answer. */
  request: 'phone:request',
  /** Phone to page: name and content of a notification. */
  notification: 'phone:notification',
  /** Page to phone: somebody listens to notifications now. */
  listening: 'phone:listening',
} as const
