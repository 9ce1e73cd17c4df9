/**
 * Appends executions as fast as it can and projects them, until somebody kills it. Prints a line for each batch of
 * executions that was acknowledged. Arguments: folder of the log, address of the views.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { actionStream, executionId, type ScopeHash, type TenantName } from '@action-do/contracts';
import { openEmbeddedEventStore } from '@action-do/event-store';
import { InProcessBus } from '@action-do/messaging';
import { pino } from 'pino';
import { startProjector } from '../follow/start-projector.js';
import { systemClock } from '../ports.js';
import { viewsPlace } from '../views-place.js';

const WRITERS = 8;
const TENANT = 'acme' as TenantName;
const [folder = '', viewsUrl = ''] = process.argv.slice(2);
const logger = pino({ level: 'warn' }, pino.destination({ dest: 2, sync: true }));
const log = await openEmbeddedEventStore({ folder });
startProjector({
  log,
  views: viewsPlace(viewsUrl, logger),
  bus: new InProcessBus(),
  clock: systemClock,
  logger,
});

async function appendForEver(): Promise<never> {
  for (let round = 0; ; round += 1) {
    const scope = randomBytes(16).toString('hex') as ScopeHash;
    const atMs = Date.now();
    const id = executionId(scope, 1);
    const metadata = { tenant: TENANT, executionId: id, action: 'a', actionVersion: '1', $correlationId: id };
    const event = (type: string, data: object) => ({
      id: randomUUID(),
      type,
      data: { ...data, atMs },
      metadata,
    });
    const stream = actionStream(TENANT, scope);
    const policy = {
      effects: 'idempotent',
      retry: { attemptsMax: 3, initialDelayMs: 0, delayMsMax: 0, factor: 1 },
      attemptTimeoutMs: 1_000,
      deadlineMs: 1_000,
      idempotency: { mode: 'params', windowMs: 'forever', perVersion: false, reopen: 'never' },
    };
    const request = {
      generation: 1,
      epoch: 1,
      effectKey: `${scope}-1`,
      action: 'a',
      version: 1,
      params: { round },
      paramsDigest: 'd',
      key: scope,
      keyDerived: false,
      requestId: 'r',
      policy,
      deadlineAtMs: atMs + 1_000,
    };
    const started = event('ActionStarted', { attempt: 1, executor: 'e' });
    const { revision } = await log.append(stream, [event('ActionRequested', request), started], 'no-stream');
    if (round % 5 === 0) continue;
    const outcome = { attempt: 1, effect: 'applied', windowEndsAtMs: null, result: { round } };
    await log.append(stream, [event('ActionSucceeded', outcome)], revision);
    process.stdout.write('.\n');
  }
}

await Promise.all(Array.from({ length: WRITERS }, appendForEver));
