import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { RESULT_BYTES_MAX } from '@do-sdk/actions';
import { AnswerBody } from './answer-body.js';
import { AnswerLost, NotSent } from './not-sent.js';
import type { Target } from './target.js';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Without the blanks before it. Cut where it is too large. */
  readonly body: Uint8Array;
  readonly isTooLarge: boolean;
  /** Nothing but the end of its connection says where it ends: so nobody can tell whether that was before its end. */
  readonly endsByClose: boolean;
}

/** A report has some members around its result. */
const BODY_BYTES_MAX = RESULT_BYTES_MAX + 16 * 1_024;
const HEADER_BYTES_MAX = 16 * 1_024;
const BLANKS: readonly number[] = [0x20, 0x09, 0x0a, 0x0d];

/**
 * Sends one request over a connection that is for it alone, and reads the answer: as it is, of whatever status. Any 1xx,
 * and each chunk of blanks before the body, is a sign of life.
 * @param letGo ends it
 * @throws AnswerLost it was cut, or is no HTTP/1.1
 * @throws NotSent a header or the path cannot be written
 */
export async function exchange(
  socket: Socket,
  target: Target,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
  beat: () => void,
  letGo: AbortSignal,
): Promise<HttpAnswer> {
  const sending = written(socket, target, headers, body);
  return await new Promise((resolve, reject) => {
    const lost = (code: AnswerLost['code'], message: string, cause?: Error): void => {
      end();
      reject(new AnswerLost(code, message, { cause }));
    };
    const onLetGo = (): void => lost('HTTP_CUT', 'the answer was not waited for any longer');
    const end = (): void => {
      letGo.removeEventListener('abort', onLetGo);
      sending.destroy();
      socket.destroy();
    };
    sending.on('continue', beat).on('information', beat);
    sending.on('upgrade', () => lost('HTTP_MALFORMED', 'the service wanted to speak another protocol'));
    sending.on('error', (error: Error & { code?: unknown }) => {
      const isParsing = typeof error.code === 'string' && error.code.startsWith('HPE_');
      if (isParsing) lost('HTTP_MALFORMED', 'the answer was no HTTP that can be read', error);
      else lost('HTTP_CUT', 'the connection was cut before an answer came', error);
    });
    sending.on('close', () => lost('HTTP_CUT', 'the connection was closed before an answer came'));
    sending.on('response', (response) => {
      const done = (answer: HttpAnswer): void => {
        // First: what comes of the end of the connection is no news.
        resolve(answer);
        end();
      };
      readBody(response, beat, done, (cause) => lost('HTTP_CUT', 'the answer was cut in its middle', cause));
    });
    letGo.addEventListener('abort', onLetGo, { once: true });
    if (letGo.aborted) onLetGo();
    else sending.end(body);
  });
}

/** Not sent before its body is. */
function written(
  socket: Socket,
  { url, host, port }: Target,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): ClientRequest {
  try {
    return request({
      createConnection: () => socket,
      method: 'POST',
      host,
      port,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host, 'content-length': body.byteLength },
      setHost: false,
      maxHeaderSize: HEADER_BYTES_MAX,
      insecureHTTPParser: false,
    });
  } catch (error) {
    socket.destroy();
    throw new NotSent('HTTP_REQUEST', 'the request cannot be written as HTTP', { cause: error });
  }
}

function readBody(
  response: IncomingMessage,
  beat: () => void,
  done: (answer: HttpAnswer) => void,
  cut: (cause?: Error) => void,
): void {
  const { statusCode: status = 0, headers } = response;
  const body = new AnswerBody(BODY_BYTES_MAX);
  const coding = headers['transfer-encoding'];
  const isDeclared =
    coding === undefined ? headers['content-length'] !== undefined : /chunked\s*$/i.test(coding);
  const answer = (isTooLarge: boolean): void =>
    done({ status, headers, body: body.bytes(), isTooLarge, endsByClose: !isDeclared });
  response.on('data', (chunk: Uint8Array) => {
    const from = !body.isEmpty ? 0 : chunk.findIndex((byte) => !BLANKS.includes(byte));
    if (from < 0) {
      beat();
      return;
    }
    if (!body.add(chunk.subarray(from))) answer(true);
  });
  response.on('end', () => (response.complete ? answer(false) : cut()));
  response.on('error', cut);
  response.on('close', () => cut());
}
