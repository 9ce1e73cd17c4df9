import {
  ActionName,
  correctActionName,
  HEADERS,
  INPUT_LIMITS,
  problem,
  scanJson,
} from '@action-do/contracts';
import { type BusHeaders, header } from '@action-do/messaging';
import type { BusContext } from '@action-do/messaging/nest';
import type { KeyVerifier } from '@action-do/service-kit';
import type { ExecuteCommand } from '../execution/execute-command.js';
import type { Requester } from '../execution/execution-record.js';
import type { Chance } from '../ports.js';
import { MessageRefused, readExecuteCommand, readTenant } from './read-command.js';

const BEARER = /^Bearer +(\S+) *$/i;
const LIMIT_KIB = INPUT_LIMITS.bodyBytesMax / 1_024;
const TRACEPARENT = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * What a gateway does for callers over HTTP, for those on the bus: checks the key, holds the key's tenant against that
 * of the subject, and looks at the body before anything parses it. In this order, so that a stranger learns nothing.
 * Who is calling is said by the key alone; the headers in which a gateway says it are not looked at.
 * @throws MessageRefused StoreUnavailable
 */
export async function admitClient(
  callers: KeyVerifier,
  payload: Uint8Array,
  { headers, tokens }: BusContext,
): Promise<Requester> {
  if (isRepeated(headers, HEADERS.authorization)) throw unauthenticated('is given more than once');
  const authorization = header(headers, HEADERS.authorization);
  if (authorization === undefined) throw unauthenticated('is missing');
  const key = BEARER.exec(authorization)?.[1];
  if (key === undefined) throw unauthenticated('must be Bearer <key>');
  const caller = await callers.verify(key);
  if (caller === null)
    throw new MessageRefused(problem('UNAUTHENTICATED', { detail: 'The API key is not valid.' }));
  if (readTenant(tokens[0]) !== caller.tenant)
    throw new MessageRefused(
      problem('FORBIDDEN', {
        detail: `The key is of tenant ${caller.tenant}, the subject names another one.`,
      }),
    );
  scan(payload);
  const traceparent = header(headers, HEADERS.traceparent);
  return {
    actorType: 'api_key',
    actorId: caller.keyId,
    credentialId: caller.keyId,
    channel: 'bus',
    ...(traceparent !== undefined && TRACEPARENT.test(traceparent) ? { traceparent } : {}),
  };
}

/** An execute message of a client that was admitted. @throws MessageRefused something in it is malformed */
export function readClientCommand(
  payload: Uint8Array,
  context: BusContext,
  chance: Chance,
  requester: Requester,
): ExecuteCommand {
  if (isRepeated(context.headers, HEADERS.idempotencyKey))
    throw new MessageRefused(
      problem('IDEMPOTENCY_KEY_INVALID', {
        detail: `The header ${HEADERS.idempotencyKey} was sent more than once.`,
      }),
    );
  const command = { ...readExecuteCommand(payload, context, chance), requester };
  if (!ActionName.safeParse(command.action).success)
    throw new MessageRefused(
      problem('ACTION_UNKNOWN', { detail: correctActionName(command.action), newKeySafe: true }),
    );
  return command;
}

function scan(payload: Uint8Array): void {
  const found = scanJson(payload, INPUT_LIMITS);
  if (found.ok) return;
  const { code, path, message, offset } = found.problem;
  if (code === 'BODY_TOO_LARGE')
    throw new MessageRefused(problem('PAYLOAD_TOO_LARGE', { detail: `The body is over ${LIMIT_KIB} KiB.` }));
  throw new MessageRefused(
    problem('BODY_INVALID', {
      detail: `${path || 'The body'}, byte ${offset}: ${message}`,
      issues: [{ path, code, message }],
    }),
  );
}

const unauthenticated = (what: string): MessageRefused =>
  new MessageRefused(problem('UNAUTHENTICATED', { detail: `The header ${HEADERS.authorization} ${what}.` }));

/** In two spellings: one could be read by us and the other by somebody else. */
function isRepeated(headers: BusHeaders, name: string): boolean {
  const wanted = name.toLowerCase();
  return Object.keys(headers).filter((own) => own.toLowerCase() === wanted).length > 1;
}
