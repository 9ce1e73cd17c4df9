import { connect, headers, type Msg } from 'nats';
import { Declined, type WayCall, type WayParams, WayWork } from './way-work.js';

/**
 * The actions of the suite as a service on the bus that nobody of ours wrote: `nats`, JSON, and what the how-to page says.
 * `node plain-bus-service.process.js`, with DO_NATS_URL and ADO_WAYS set.
 */
const { DO_NATS_URL = '', ADO_WAYS = '' } = process.env;
const ACTIONS = [
  'none',
  'idempotent',
  'transactional',
  'verifiable',
  'unsafe',
  'hasty',
  'hasty-unsafe',
  'strict',
  'echo',
];
const nc = await connect({ servers: DO_NATS_URL });
const work = new WayWork(ADO_WAYS);
/** What runs, to be told to stop. */
const running = new Map<string, AbortController>();

const fail = (message: Msg, body: object, title: string): void => {
  const told = headers();
  told.set('Nats-Service-Error-Code', '500');
  told.set('Nats-Service-Error', title);
  message.respond(JSON.stringify(body), { headers: told });
};
const callOf = (action: string, message: Msg): Omit<WayCall, 'signal' | 'beat'> => ({
  action,
  executionId: message.headers?.get('Do-Execution-Id') ?? '',
  effectKey: message.headers?.get('Idempotency-Key') ?? '',
  attempt: Number(message.headers?.get('Do-Attempt')),
});

async function run(action: string, message: Msg): Promise<void> {
  const call = callOf(action, message);
  const name = `${call.executionId} ${call.attempt}`;
  const aborter = new AbortController();
  running.set(name, aborter);
  const beat = (): void =>
    nc.publish(`do.v1.hb.default.${call.executionId}`, JSON.stringify({ attempt: call.attempt }));
  try {
    const params = message.json<WayParams>();
    const result = action.endsWith('-echo')
      ? params
      : await work.run(params, { ...call, signal: aborter.signal, beat });
    message.respond(JSON.stringify(result));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    if (error instanceof Declined)
      fail(message, { error: { code: error.code, message: said }, effect: 'none', retryable: false }, said);
    else fail(message, {}, said);
  } finally {
    running.delete(name);
  }
}

function undo(action: string, message: Msg): void {
  try {
    work.undo(message.json<{ params: WayParams }>().params, callOf(action, message));
    message.respond('null');
  } catch (error) {
    fail(message, {}, String(error));
  }
}

for (const action of ACTIONS) {
  const name = `bus-${action}`;
  const subject = `do.v1.handler.default.${name}.v1`;
  const queue = 'workers';
  nc.subscribe(`${subject}.run`, { queue, callback: (_, message) => void run(name, message) });
  if (action === 'idempotent')
    nc.subscribe(`${subject}.undo`, { queue, callback: (_, message) => undo(name, message) });
  if (action === 'verifiable')
    nc.subscribe(`${subject}.probe`, {
      queue,
      callback: (_, message) => {
        const key = message.headers?.get('Idempotency-Key') ?? '';
        message.respond(JSON.stringify(work.probe(message.json<WayParams>(), key)));
      },
    });
}
nc.subscribe('do.v1.ctl.default.*.abort', {
  callback: (_, message) => {
    const execution = message.subject.split('.')[4];
    const { attempt } = message.json<{ attempt?: number }>();
    for (const [name, aborter] of running)
      if (name === `${execution} ${attempt}` || (attempt === undefined && name.startsWith(`${execution} `)))
        aborter.abort(new Error('told to stop'));
  },
});
await nc.flush();
process.on('SIGTERM', () => void nc.drain().then(() => process.exit(0)));
process.stdout.write('service ready\n');
