import { usePhone } from '../state/phone.ts'
import { CertificatePrompt } from './certificate-prompt.tsx'
import { TransferPrompt } from './transfer-prompt.tsx'
import classes from './questions.module.css'

/** What the phone asks of the user, wherever in the window they are: one certificate at a time, and every transfer. */
export function Questions() {
  const certificate = usePhone(({ snapshot }) => snapshot.certificates?.[0])
  const requests = usePhone(({ snapshot }) => snapshot.transferRequests)
  if (certificate === undefined && (requests === undefined || requests.length === 0)) return null
  return (
    <div className={classes['questions']}>
      {requests?.map((request) => (
        <TransferPrompt key={request.callId} request={request} />
      ))}
      {certificate !== undefined && <CertificatePrompt key={certificate.fingerprint} certificate={certificate} />}
    </div>
  )
}
