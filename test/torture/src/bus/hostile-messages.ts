import {
  ActionName,
  clientSubjects,
  executionId,
  gatewaySubjects,
  HEADERS,
  handlerSubjects,
  type ScopeHash,
  TenantName,
} from '@action-do/contracts';
import { hostileBody, type Random } from '@action-do/test-support';

/** One request on the bus that must be refused with a typed error. */
export interface HostileMessage {
  readonly kind: string;
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

const TENANT = TenantName.parse('default');
const OTHER_TENANT = TenantName.parse('somebody-else');
const ACTION = ActionName.parse('note-unsafe');
const EXECUTION = executionId('0123456789abcdef0123456789abcdef' as ScopeHash, 1);
const encoder = new TextEncoder();
const GOOD_BODY = encoder.encode('{"params":{"id":"hostile"}}');
/** More than this nats-server takes in one message of ours, with its headers, is refused by the client already. */
const BYTES_MAX = 300_000;

/** All that takes requests from clients, from the gateway, from workers. */
const SUBJECTS: readonly string[] = [
  clientSubjects.execute(TENANT, ACTION),
  clientSubjects.execution(TENANT, 'get'),
  clientSubjects.execution(TENANT, 'events'),
  clientSubjects.execution(TENANT, 'attach'),
  clientSubjects.register(TENANT),
  clientSubjects.list(TENANT, 'execution'),
  clientSubjects.list(TENANT, 'audit'),
  gatewaySubjects.execute(TENANT, ACTION),
  gatewaySubjects.execution(TENANT, 'get'),
  gatewaySubjects.execution(TENANT, 'events'),
  gatewaySubjects.list(TENANT, 'execution'),
  gatewaySubjects.list(TENANT, 'audit'),
  handlerSubjects.run(TENANT, ACTION, 1),
  'do.v1.sys.access.lookup',
];

const CREDENTIALS = [
  '',
  'Bearer',
  'Bearer ',
  'Basic YTpi',
  'Bearer do_live_x',
  `Bearer ${'x'.repeat(2_000)}`,
  'Bearer do_live_default-000000000000_00000000000000000000000000000000000000',
  'bearer null',
];
const HEADER_VALUES = [
  '',
  ' ',
  '-1',
  '1e9',
  '99999999999999999999',
  'NaN',
  '0x10',
  '\u0001',
  'é',
  '"',
  '"a',
  'a,b',
  'x'.repeat(300),
];
const HEADER_NAMES = [
  HEADERS.idempotencyKey,
  HEADERS.requestId,
  HEADERS.timeoutMs,
  HEADERS.firstSent,
  HEADERS.actionVersion,
  HEADERS.executionId,
  HEADERS.attempt,
  HEADERS.minPosition,
] as const;

/** Draws a message that breaks at least one rule by construction. */
export function hostileMessage(random: Random, apiKey: string): HostileMessage {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const draw = random();
  if (draw < 0.45)
    return { kind: 'body', subject: pick(SUBJECTS), payload: body(random), headers: authorized(apiKey) };
  if (draw < 0.6)
    return {
      kind: 'random bytes',
      subject: pick(SUBJECTS),
      payload: noise(random),
      headers: authorized(apiKey),
    };
  if (draw < 0.75) {
    const given = pick(CREDENTIALS);
    const subject = pick(
      SUBJECTS.filter((each) => each.startsWith('do.v1.cmd.') || each.startsWith('do.v1.qry.')),
    );
    return {
      kind: 'credentials',
      subject,
      payload: GOOD_BODY,
      headers: given === '' ? {} : { Authorization: given },
    };
  }
  if (draw < 0.85)
    return {
      kind: 'tenant of another key',
      subject: pick([
        clientSubjects.execute(OTHER_TENANT, ACTION),
        clientSubjects.register(OTHER_TENANT),
        clientSubjects.list(OTHER_TENANT, 'audit'),
        clientSubjects.execution(OTHER_TENANT, 'get'),
      ]),
      payload: encoder.encode(`{"id":"${EXECUTION}"}`),
      headers: authorized(apiKey),
    };
  const headers = { ...authorized(apiKey), [pick(HEADER_NAMES)]: pick(HEADER_VALUES) };
  return { kind: 'header', subject: pick(SUBJECTS), payload: truncated(random), headers };
}

const authorized = (apiKey: string): Record<string, string> => ({ Authorization: `Bearer ${apiKey}` });

/** An empty object is a question to a list like any other: "the newest, please". */
function body(random: Random): Uint8Array {
  const bytes = hostileBody(random).bytes.slice(0, BYTES_MAX);
  return /^\s*\{\s*\}\s*$/.test(new TextDecoder().decode(bytes.slice(0, 200))) ? noise(random) : bytes;
}

/** Never by chance something acceptable: the first byte alone keeps it from being JSON. */
function noise(random: Random): Uint8Array {
  const bytes = new Uint8Array(1 + Math.floor(random() * 200));
  for (let i = 0; i < bytes.length; i += 1) bytes[i] = Math.floor(random() * 256);
  bytes[0] = 0xff;
  return bytes;
}

function truncated(random: Random): Uint8Array {
  return GOOD_BODY.slice(0, Math.floor(random() * GOOD_BODY.length));
}
