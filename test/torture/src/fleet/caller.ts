import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { HEADERS } from '@action-do/contracts';
import { type Random, resultMember } from '@action-do/test-support';
import { CALL_DEADLINE_MS } from '../history/check-answers.js';
import type { Answer, Call, Work } from '../history/history.js';
import type { GatewayClient, Reply } from './gateway-client.js';

/** As the SDK: doubled each time, up to a bound, and by chance below that. */
const PAUSE_MS_FIRST = 100;
const PAUSE_MS_MAX = 2_000;
/** Behind the wait and what the gateway takes besides; a request is given up so late that it has hung for certain. */
const SILENT_MS = 20_000;

export interface Caller {
  readonly clients: readonly GatewayClient[];
  readonly apiKey: string;
  readonly random: Random;
  /** Which gateway is asked next. */
  readonly choose: () => number;
}

/** How a call is made: its waits, and whether it is content to know that it was accepted. */
export interface Manner {
  readonly waitSeconds: number;
  readonly isAsync: boolean;
  /** Another one for each logical call, unless it repeats an earlier one. */
  readonly requestId?: string;
}

/**
 * One logical call, as the SDK makes it: repeated to the letter, with the same request id, while no answer comes or the
 * answer asks for it; attached to once it is accepted; given up at its deadline. Each time at any gateway that is ready; where
 * one refuses the connection, at the next.
 */
export async function call(
  caller: Caller,
  work: Work,
  manner: Manner,
  onAnswer: (call: Call, answer: Answer) => void = () => {},
): Promise<Call> {
  const { requestId = randomUUID() } = manner;
  const begunAtMs = Date.now();
  const made: Call = { work, requestId, begunAtMs, endedAtMs: begunAtMs, answers: [], end: 'none' };
  let gateway = caller.choose();
  let known = '';
  let troubles = 0;
  while (made.end === 'none') {
    const leftMs = begunAtMs + CALL_DEADLINE_MS - Date.now();
    if (leftMs <= 0) break;
    const answer = await ask(caller, gateway, { work, requestId, known, leftMs, ...manner });
    made.answers.push(answer);
    onAnswer(made, answer);
    if (answer.executionId !== '' && answer.status === 202) known = answer.executionId;
    made.end = endOf(answer, manner.isAsync);
    if (made.end !== 'none') break;
    troubles = answer.status === 202 ? 0 : troubles + 1;
    gateway = nextGateway(gateway, answer, caller);
    await delay(Math.min(pauseMs(answer, troubles, caller.random), Math.max(0, leftMs)));
  }
  made.endedAtMs = Date.now();
  return made;
}

interface Asked extends Manner {
  readonly work: Work;
  readonly requestId: string;
  /** The execution, once it was told of. */
  readonly known: string;
  readonly leftMs: number;
}

async function ask(caller: Caller, gateway: number, asked: Asked): Promise<Answer> {
  const { work, requestId, known, leftMs, isAsync } = asked;
  const via = known === '' ? 'execute' : 'attach';
  const leftSeconds = Math.max(1, Math.floor(leftMs / 1_000));
  const waitSeconds = isAsync && known === '' ? 0 : Math.min(asked.waitSeconds, leftSeconds);
  const { id, holdMs, failures, refuses, key } = work;
  const sentAtMs = Date.now();
  const reply = await caller.clients[gateway]?.send({
    method: via === 'execute' ? 'POST' : 'GET',
    path:
      via === 'execute'
        ? `/v1/actions/${work.place}-${work.effects}/executions`
        : `/v1/executions/${known}/attach`,
    headers: {
      authorization: `Bearer ${caller.apiKey}`,
      prefer: isAsync && known === '' ? 'respond-async' : `wait=${waitSeconds}`,
      ...(via === 'execute' && { 'content-type': 'application/json', [HEADERS.requestId]: requestId }),
      ...(via === 'execute' && key !== undefined && { [HEADERS.idempotencyKey]: key }),
    },
    body: via === 'execute' ? JSON.stringify({ params: { id, holdMs, failures, refuses } }) : '',
    withinMs: waitSeconds * 1_000 + SILENT_MS,
  });
  if (reply === undefined) throw new RangeError(`there is no gateway ${gateway}`);
  const when = { gateway, via, waitSeconds, sentAtMs, answeredAtMs: Date.now() } as const;
  return { ...when, ...read(reply) };
}

type Read = Omit<Answer, 'gateway' | 'via' | 'waitSeconds' | 'sentAtMs' | 'answeredAtMs'>;

function read(reply: Reply): Read {
  const nothing = { status: 0, how: '', shouldRetry: '', retryAfterMs: 0, executionId: '' };
  if (reply.kind === 'lost') return { ...nothing, lost: reply.lost, code: reply.words, detail: '' };
  const { status, headers, text } = reply;
  const body = parse(text);
  const header = (name: string): string => String(headers[name.toLowerCase()] ?? '');
  return {
    status,
    how: header(HEADERS.idempotencyStatus),
    shouldRetry: header(HEADERS.shouldRetry),
    retryAfterMs: Number(header('retry-after') || 0) * 1_000,
    code: body.code ?? '',
    detail: body.detail ?? '',
    executionId: body.execution?.id ?? body.executionId ?? '',
    ...(body.newKeySafe !== undefined && { newKeySafe: body.newKeySafe }),
    ...(body.effect !== undefined && { effect: body.effect }),
    ...(status === 200 && { result: resultMember(text) }),
  };
}

interface Body {
  readonly code?: string;
  readonly detail?: string;
  readonly execution?: { readonly id: string };
  readonly executionId?: string;
  readonly newKeySafe?: boolean;
  readonly effect?: string;
}

function parse(text: string): Body {
  try {
    return JSON.parse(text);
  } catch {
    return { code: `no JSON: ${text.slice(0, 200)}` };
  }
}

function endOf({ status, shouldRetry }: Answer, isAsync: boolean): Call['end'] {
  if (status === 200) return 'result';
  if (status === 202) return isAsync ? 'accepted' : 'none';
  return status >= 400 && shouldRetry !== 'true' ? 'failure' : 'none';
}

function nextGateway(gateway: number, { lost }: Answer, { clients, choose }: Caller): number {
  return lost === undefined ? choose() : (gateway + 1) % clients.length;
}

function pauseMs({ lost, status, retryAfterMs }: Answer, troubles: number, random: Random): number {
  // The other gateway is there, and so is a new connection.
  if ((lost === 'refused' || lost === 'stale') && troubles === 1) return 0;
  if (status === 202) return 50;
  return Math.max(retryAfterMs, random() * Math.min(PAUSE_MS_MAX, PAUSE_MS_FIRST * 2 ** troubles));
}
