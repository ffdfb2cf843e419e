import { createSocket } from 'node:dgram'

/** Whether somebody answers an OPTIONS there, now. */
export function isRegistrarReady(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    const over = (answered: boolean) => {
      clearTimeout(timer)
      socket.close()
      resolve(answered)
    }
    const timer = setTimeout(over, 200, false)
    socket.once('error', () => over(false))
    socket.once('message', () => over(true))
    socket.bind(0, address, () => {
      const own = `${address}:${socket.address().port}`
      const lines = [
        `OPTIONS sip:${address}:${port} SIP/2.0`,
        `Via: SIP/2.0/UDP ${own};branch=z9hG4bKready${socket.address().port};rport`,
        'From: <sip:ready@test>;tag=1',
        `To: <sip:${address}:${port}>`,
        `Call-ID: ready-${own}`,
        'CSeq: 1 OPTIONS',
        'Max-Forwards: 70',
        'Content-Length: 0',
        '',
        '',
      ]
      socket.send(lines.join('\r\n'), port, address)
    })
  })
}
