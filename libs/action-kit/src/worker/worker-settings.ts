import { hostname } from 'node:os';
import { type ActionDefinition, isActionDefinition } from '../action-definition.js';
import type { ServeActionsOptions } from '../action-worker.js';
import { WorkerError } from '../worker-error.js';
import { guardLogger, linesTo, type WorkerLogger } from './worker-logger.js';

/** What serving needs, whatever the bus. */
export interface WorkerSettings {
  readonly apiKey: string;
  readonly concurrency: number;
  readonly queue: number;
  readonly drainMs: number;
  readonly startTimeoutMs: number;
  readonly logger: WorkerLogger;
}

/** How to come to the bus, and what this process does with signals. */
export interface ConnectionSettings {
  readonly natsUrl: string;
  readonly name: string;
  readonly insecureDev: boolean;
  readonly requireNatsAcl: boolean;
  readonly signals: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

const MS_MAX = 2 ** 31 - 1;
const COUNT_MAX = 100_000;
const OPTIONS: readonly (keyof ServeActionsOptions)[] = [
  'natsUrl',
  'apiKey',
  'concurrency',
  'queue',
  'drainMs',
  'startTimeoutMs',
  'name',
  'signals',
  'logger',
  'insecureDev',
  'requireNatsAcl',
];

/** @throws WorkerError names the option */
export function readSettings(options: ServeActionsOptions, env: Environment): WorkerSettings {
  // A misspelt option would silently mean its default.
  const unknown = Object.keys(options).find((name) => !OPTIONS.some((option) => option === name));
  if (unknown !== undefined)
    throw new WorkerError(
      'OPTION_INVALID',
      `serveActions has no option '${unknown}': known are ${OPTIONS.join(', ')}`,
    );
  const apiKey = options.apiKey ?? env['DO_API_KEY'];
  if (!apiKey)
    throw new WorkerError(
      'API_KEY_MISSING',
      'the API key is missing: give apiKey or set DO_API_KEY; npm start prints the first one',
    );
  return {
    apiKey,
    concurrency: whole('concurrency', options.concurrency ?? 64, 1, COUNT_MAX),
    queue: whole('queue', options.queue ?? 256, 0, COUNT_MAX),
    drainMs: whole('drainMs', options.drainMs ?? 10_000, 0, MS_MAX),
    startTimeoutMs: whole('startTimeoutMs', options.startTimeoutMs ?? 30_000, 0, MS_MAX),
    // The author's logger may fail where no caller would catch it, such as in a timer.
    logger: guardLogger(options.logger ?? linesTo((line) => void process.stderr.write(line)), {}),
  };
}

/** @throws WorkerError names the option */
export function readConnection(options: ServeActionsOptions, env: Environment): ConnectionSettings {
  const natsUrl = options.natsUrl ?? env['DO_NATS_URL'];
  if (!natsUrl)
    throw new WorkerError(
      'OPTION_INVALID',
      'the NATS server is missing: give natsUrl or set DO_NATS_URL, such as nats://127.0.0.1:4222',
    );
  return {
    natsUrl,
    name: options.name ?? `worker-${hostname()}-${process.pid}`,
    insecureDev: options.insecureDev ?? env['DO_INSECURE_DEV'] === '1',
    requireNatsAcl: options.requireNatsAcl ?? env['DO_REQUIRE_NATS_ACL'] === '1',
    signals: options.signals ?? true,
  };
}

/** @throws WorkerError there is none, one twice, or something else than a definition */
export function checkDefinitions(definitions: readonly ActionDefinition[]): void {
  if (!Array.isArray(definitions) || definitions.length === 0)
    throw new WorkerError(
      'OPTION_INVALID',
      'there is no action to perform: serveActions([sendInvoice], { … })',
    );
  const seen = new Set<string>();
  for (const definition of definitions) {
    if (!isActionDefinition(definition))
      throw new WorkerError(
        'OPTION_INVALID',
        'serveActions takes what defineAction({ … }) made, nothing else',
      );
    const name = `${definition.name} version ${definition.version}`;
    if (seen.has(name)) throw new WorkerError('OPTION_INVALID', `${name} is given twice: give it once`);
    seen.add(name);
  }
}

function whole(name: string, value: number, min: number, max: number): number {
  if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
  throw new WorkerError('OPTION_INVALID', `${name} is ${value}: write a whole number from ${min} to ${max}`);
}
