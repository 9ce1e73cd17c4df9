/** Aborted with the first of both. `release` takes the listeners off again: one of the two may live for ever. */
export function eitherSignal(
  one: AbortSignal,
  other: AbortSignal,
): { readonly signal: AbortSignal; release(): void } {
  const both = new AbortController();
  const abort = () => both.abort();
  const release = () => {
    one.removeEventListener('abort', abort);
    other.removeEventListener('abort', abort);
  };
  if (one.aborted || other.aborted) abort();
  one.addEventListener('abort', abort);
  other.addEventListener('abort', abort);
  return { signal: both.signal, release };
}
