import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Certificate {
  readonly key: string
  readonly certificate: string
  readonly keyFile: string
  readonly certificateFile: string
}

/** An authority of the test's own, and certificates it signs, made by openssl in `folder`. */
export class Authority {
  readonly #folder: string
  readonly root: Certificate

  constructor(folder: string) {
    this.#folder = folder
    this.root = this.#make('root', ['-subj', '/CN=Test Authority', '-addext', 'basicConstraints=critical,CA:TRUE'])
  }

  /** `names` as openssl writes them: `DNS:a.test,URI:sip:a.test,IP:127.0.0.1`. */
  issue(name: string, names: string): Certificate {
    const { certificateFile, keyFile } = this.root
    const about = ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`, '-addext', 'basicConstraints=CA:FALSE']
    return this.#make(name, [...about, '-CA', certificateFile, '-CAkey', keyFile])
  }

  /** Signed by nobody but itself. */
  selfSigned(name: string, names: string): Certificate {
    return this.#make(name, ['-subj', `/CN=${name}`, '-addext', `subjectAltName=${names}`])
  }

  #make(name: string, options: readonly string[]): Certificate {
    const [keyFile, certificateFile] = [join(this.#folder, `${name}.key`), join(this.#folder, `${name}.pem`)]
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']
    execFileSync('openssl', ['req', '-x509', ...curve, '-keyout', keyFile, '-out', certificateFile, ...options], {
      stdio: 'ignore',
    })
    const read = (file: string) => readFileSync(file, 'utf8')
    return { key: read(keyFile), certificate: read(certificateFile), keyFile, certificateFile }
  }
}
