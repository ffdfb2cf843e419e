import type { Ref } from 'react'

interface FileInputProps {
  /** Whoever shows a button for it clicks it by this. */
  readonly ref: Ref<HTMLInputElement>
  readonly accept: string
  readonly label?: string
  readonly multiple?: boolean
  readonly test?: string
  readonly onPick: (files: readonly File[]) => void
}

/** Opens the system's dialog to choose files; nothing of it is seen. The same file can be chosen again. */
export function FileInput({ ref, accept, label, multiple = false, test, onPick }: FileInputProps) {
  return (
    <input
      ref={ref}
      type="file"
      accept={accept}
      multiple={multiple}
      hidden
      {...(label !== undefined && { 'aria-label': label })}
      {...(test !== undefined && { 'data-test': test })}
      onChange={({ target }) => {
        onPick([...(target.files ?? [])])
        target.value = ''
      }}
    />
  )
}
