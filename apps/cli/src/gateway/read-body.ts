/** A page of the largest executions is far below; what is larger is no answer of ours. */
export const ANSWER_BYTES_MAX = 256 * 1024 * 1024;

/** @throws RangeError the body is over the bound; the rest of it is not read */
export async function readBody({ body }: Response, bytesMax = ANSWER_BYTES_MAX): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let text = '';
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > bytesMax) {
      await reader.cancel();
      throw new RangeError(`the answer is over ${bytesMax} bytes`);
    }
    text += decoder.decode(value, { stream: true });
  }
}
