import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { toneShare } from '../support/audio-compare.ts'
import { Authority } from '../support/certificates.ts'
import { Answerer, runCall } from '../support/dialtone.ts'
import { sdp } from '../support/fake-phone.ts'
import { startMember } from '../support/member.ts'
import { missing } from '../support/needs.ts'
import { Kamailio } from '../support/peers/kamailio/kamailio.ts'
import { Linphone } from '../support/peers/linphone.ts'
import { scopeOf } from '../support/scope.ts'
import { temporaryFolder } from '../support/temp-folder.ts'
import { pause } from '../support/until.ts'
import { readSound, toneSound, writeSound } from '../support/wav.ts'

/** Calls with linphonec, a phone that nobody here wrote. */

const [ours, theirs] = [1000, 440]

describe('linphone', { skip: missing('linphonec') || missing('kamailio') }, () => {
  for (const transport of ['udp', 'tcp'] as const) {
    test(`directly over ${transport}: each hears the other, whoever calls`, async (t) => {
      const scope = scopeOf(t)
      const folder = await temporaryFolder(scope)
      const file = (name: string) => join(folder, `${name}.wav`)
      await writeSound(file('ours'), toneSound(ours, 60))
      await writeSound(file('theirs'), toneSound(theirs, 60))
      const linphone = await Linphone.start(scope, { user: 'carol' })
      const hears = async (name: string, hz: number) => {
        // What we call goes by our first codec, PCMU; what linphone calls by its own, Opus.
        const { rate, samples } = await readSound(file(name))
        const late = samples.subarray(-2 * rate, -rate / 2)
        assert.ok(late.length > rate && toneShare(late, rate, hz) > 0.95, `${name}: ${samples.length} samples`)
      }

      const played = ['--play', file('ours'), '--duration', '5', '--record', file('heard by the caller')]
      const calling = runCall(scope, `${linphone.target};transport=${transport}`, played)
      await linphone.says(/Media streams established/)
      linphone.command(`play ${file('theirs')}`)
      const { result } = await calling
      assert.deepEqual([result.answered, result.code, result.cause], [true, 200, 'normal'])
      await linphone.says(/ended/)
      await hears('heard by the caller', theirs)

      const answerer = await Answerer.start(scope, ['--play', file('ours'), '--record', file('heard by the callee')])
      linphone.command(`record ${file('heard by linphone')}`)
      linphone.command(`call ${answerer.target};transport=${transport}`)
      await linphone.says(/Media streams established/)
      linphone.command(`play ${file('theirs')}`)
      await pause(5000)
      linphone.command('terminate')
      const answered = await answerer.result()
      assert.deepEqual([answered.answered, answered.cause], [true, 'normal'])
      await linphone.says(/ended/)
      await hears('heard by the callee', theirs)
      await hears('heard by linphone', ours)
    })
  }

  for (const leg of ['udp', 'tcp', 'tls'] as const) {
    test(`registered at kamailio over ${leg}: calls both ways, hung up by either`, async (t) => {
      const scope = scopeOf(t)
      const authority = new Authority(await temporaryFolder(scope))
      const { key, certificate } = authority.issue('server', 'DNS:sip.test,IP:127.0.0.1')
      const tls = { key, certificate, authority: authority.root.certificate }
      const users = { alice: 'secret', carol: 'secret' }
      const kamailio = await Kamailio.start(scope, { tls, users, switches: ['WITH_AUTH_REG', 'WITH_AUTH_INV'] })
      const authorities = [authority.root.certificate]
      const { ua, line, uri, phone, log } = await startMember(scope, { user: 'alice', at: kamailio, leg, authorities })
      const at = `sip:127.0.0.1:${leg === 'tls' ? kamailio.tlsPort : kamailio.port};transport=${leg}`
      const registrar = { domain: kamailio.domain, uri: at, password: 'secret' }
      const linphone = await Linphone.start(scope, { user: 'carol', registrar })
      for (const weHangUp of [true, false]) {
        ua.invite({ uri: 'sip:carol@sip.test', line, from: { uri }, sdp: sdp('offer') }, phone.outgoing())
        await phone.until('onAccepted')
        await linphone.says(/Media streams established/)
        if (weHangUp) await phone.dialogs.at(-1)?.bye()
        else linphone.command('terminate')
        await linphone.says(/ended/)
        if (!weHangUp) await phone.until('onBye remote')
        phone.take()

        linphone.command('call sip:alice@sip.test')
        await phone.until('onAck')
        await linphone.says(/Media streams established/)
        if (weHangUp) await phone.dialogs.at(-1)?.bye()
        else linphone.command('terminate')
        await linphone.says(/ended/)
        if (!weHangUp) await phone.until('onBye remote')
        phone.take()
      }
      assert.deepEqual(log.faults, [])
    })
  }
})
