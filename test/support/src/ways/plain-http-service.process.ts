import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Declined, type WayParams, WayWork } from './way-work.js';

/**
 * The actions of the suite as a service over HTTP that nobody of ours wrote: `node plain-http-service.process.js`, with PORT
 * and ADO_WAYS set. It is told of no cancel, and says that it goes on by `102 Processing`.
 */
const { PORT = '0', ADO_WAYS = '' } = process.env;
const work = new WayWork(ADO_WAYS);
const JSON_TYPE = { 'content-type': 'application/json' };
const PROBLEM_TYPE = { 'content-type': 'application/problem+json' };

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const header = (name: string): string => String(request.headers[name] ?? '');
  const call = {
    action: header('do-action'),
    executionId: header('do-execution-id'),
    effectKey: header('idempotency-key'),
    attempt: Number(header('do-attempt')),
  };
  const operation = header('do-operation');
  try {
    if (operation === 'undo') {
      const { params }: { params: WayParams } = JSON.parse(text);
      work.undo(params, call);
      response.writeHead(204).end();
      return;
    }
    const params: WayParams = JSON.parse(text);
    const perform = (): Promise<unknown> =>
      work.run(params, {
        ...call,
        signal: new AbortController().signal,
        beat: () => response.writeProcessing(),
      });
    const result =
      operation === 'probe'
        ? work.probe(params, call.effectKey)
        : call.action.endsWith('-echo')
          ? params
          : await perform();
    response.writeHead(200, JSON_TYPE).end(JSON.stringify(result));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    if (error instanceof Declined)
      response.writeHead(422, PROBLEM_TYPE).end(JSON.stringify({ code: error.code, detail }));
    else response.writeHead(500).end(detail);
  }
}

const server = createServer((request, response) => void answer(request, response));
server.listen(Number(PORT), '127.0.0.1', () => process.stdout.write('service ready\n'));
process.on('SIGTERM', () => process.exit(0));
