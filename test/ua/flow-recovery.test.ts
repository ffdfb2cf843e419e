import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { test } from 'node:test'
import { AccountRegistration } from '../../electron/phone/account-registration.ts'
import { userAgentStarter } from '../../electron/ua/index.ts'
import { FakePhone } from '../support/fake-phone.ts'
import { realClock } from '../support/real-clock.ts'
import { scopeOf } from '../support/scope.ts'
import { testLog } from '../support/silent-log.ts'
import { until } from '../support/until.ts'

/** RFC 5626 4.5: a registrar reaches us over the connection that we registered over. */

test('a connection that the registrar ends is made anew by a REGISTER, with the same Contact', async (t) => {
  const scope = scopeOf(t)
  const registers: { readonly text: string; readonly socket: Socket }[] = []
  const registrar = createServer((socket) => {
    socket.on('error', () => {})
    scope.after(() => void socket.destroy())
    socket.setEncoding('utf8').on('data', (text: string) => {
      if (!text.startsWith('REGISTER')) return
      registers.push({ text, socket })
      const kept = text.split('\r\n').filter((line) => /^(?:Via|From|To|Call-ID|CSeq|Contact):/.test(line))
      socket.write(['SIP/2.0 200 OK', ...kept, 'Expires: 1800', 'Content-Length: 0', '', ''].join('\r\n'))
    })
  })
  registrar.listen(0, '127.0.0.1')
  await once(registrar, 'listening')
  scope.after(() => void registrar.close())
  const { port } = registrar.address() as AddressInfo
  const log = testLog()
  const start = userAgentStarter({ clock: realClock, log })
  const userAgent = await start({ address: '127.0.0.1', port: 0, product: 'Test' }, new FakePhone())
  scope.after(() => userAgent.close())
  const line = userAgent.openLine({
    from: { uri: 'sip:101@127.0.0.1' },
    registrar: 'sip:127.0.0.1',
    route: [`sip:127.0.0.1:${port};transport=tcp`],
    credentials: undefined,
    instanceId: 'urn:uuid:00000000-0000-4000-8000-000000000001',
  })
  const environment = { userAgent, line, registrar: 'sip:127.0.0.1', clock: realClock, log, onChanged: () => {} }
  const registration = new AccountRegistration({ ...environment, keepAliveSeconds: () => 0 })
  scope.after(() => registration.close())
  assert.equal((await registration.register(1800)).state, 'registered')
  registers[0]?.socket.end()
  await until('the second REGISTER', () => registers[1])
  assert.notEqual(registers[1]?.socket, registers[0]?.socket)
  const contacts = registers.map(({ text }) => /^Contact: (.*)$/m.exec(text)?.[1])
  assert.equal(contacts[1], contacts[0])
  assert.deepEqual(log.faults, [])
})
