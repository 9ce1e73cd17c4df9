import { connect } from 'node:net';
import type { Random } from '@action-do/test-support';

const ANSWER_WITHIN_MS = 2_000;
const JSON_TYPE = 'Content-Type: application/json';
const PATH = '/v1/actions/note-unsafe/executions';

/** Bytes that no HTTP client would send: broken framing, smuggling, half a request. */
export function rawRequest(random: Random, apiKey: string): string {
  const head = (...lines: string[]): string =>
    [`POST ${PATH} HTTP/1.1`, 'Host: x', `Authorization: Bearer ${apiKey}`, ...lines, '', ''].join('\r\n');
  const body = '{"params":{"id":"hostile"}}';
  const all = [
    '\r\n\r\n',
    '\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003',
    'GET / HTTP/9.9\r\n\r\n',
    'GET /\r\n\r\n',
    `POST ${PATH} HTTP/1.1\n\n`,
    `POST ${PATH}\u0000 HTTP/1.1\r\nHost: x\r\n\r\n`,
    `POST ${PATH} x HTTP/1.1\r\nHost: x\r\n\r\n`,
    `${'A'.repeat(20_000)} / HTTP/1.1\r\n\r\n`,
    head('Content-Length: -1'),
    head('Content-Length: 1e3'),
    `${head('Content-Length: 5', 'Content-Length: 6')}${body}`,
    `${head(JSON_TYPE, 'Content-Length: 300000')}${body}`,
    `${head(JSON_TYPE, 'Transfer-Encoding: chunked')}zz\r\n`,
    `${head(JSON_TYPE, 'Transfer-Encoding: chunked')}ffffffffffffffff\r\nx`,
    `${head('Transfer-Encoding: chunked', 'Content-Length: 4')}0\r\n\r\n`,
    `${head('Transfer-Encoding: gzip, chunked')}0\r\n\r\n`,
    `${head(JSON_TYPE, `Content-Length: ${body.length - 5}`)}${body}`,
    head('Bad Header: x'),
    head('X-Bare: a\u0000b'),
    head(...Array.from({ length: 3_000 }, (_, index) => `X-${index}: y`)),
    `${head('Upgrade: websocket', 'Connection: Upgrade', JSON_TYPE, 'Content-Length: 1')}{`,
    `GET /v1/executions/x HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(50),
    head('Content-Length: 10').slice(0, -2),
    String.fromCharCode(...Array.from({ length: 500 }, () => Math.floor(random() * 256))),
  ];
  return all[Math.floor(random() * all.length)] ?? '';
}

/** Sends bytes, hangs up after the answer, or after a moment without one. @returns the status codes that came back */
export function sendRaw(port: number, bytes: string, hangUpAfterMs: number): Promise<number[]> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    const hangUp = setTimeout(() => socket.destroy(), Math.min(hangUpAfterMs, ANSWER_WITHIN_MS));
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
    });
    // Cut connections are what is asked for here: what counts is what was said before.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      clearTimeout(hangUp);
      resolve([...text.matchAll(/^HTTP\/1\.[01] (\d{3})/gm)].map(([, status]) => Number(status)));
    });
  });
}
