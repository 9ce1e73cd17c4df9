import {
  type ActionName,
  type ControlBody,
  type ControlVerb,
  type ExecutionVerb,
  gatewaySubjects,
  type RegistryVerb,
  type ResolveBody,
  type TenantName,
} from '@action-do/contracts';
import { PayloadTooLarge } from '@action-do/messaging';
import { type Answer, readAnswer } from '../bus/answer.js';
import type { Asker } from '../bus/asker.js';
import type { Sign } from '../bus/foreign-answer.js';
import { NoAnswer } from '../bus/no-answer.js';
import type { Question } from '../bus/question.js';
import { RequestRefused } from '../http/request-refused.js';

/** Time that finding out takes at most after the caller's own wait is over, repeats included. */
const GRACE_MS = 5_000;
/** A bus that lost its connection has it back within half a second, as a rule. */
const PATIENCE_MS = 2_000;

/** Who asks, and how long it waits: the same for every question. */
export interface Asking {
  readonly tenant: TenantName;
  /** As they go out on the bus, `Do-Timeout-Ms` included. */
  readonly headers: Readonly<Record<string, string>>;
  readonly waitMs: number;
  /** When the request arrived, by the asker's clock. */
  readonly sinceMs: number;
}

const SIGNS: Record<ExecutionVerb, Sign> = {
  get: 'execution',
  events: 'items',
  attach: 'outcome-headers',
};

/** Who performs is asked for in a way of its own (`HandlersClient`): nobody waits long for a hint. */
export type RegistryQuestion = Exclude<RegistryVerb, 'presence'>;

const REGISTRY_SIGNS: Record<RegistryQuestion, Sign> = {
  register: 'status',
  retire: 'status',
  describe: 'action',
};

/** The gateway's way to the executors: a request on the bus, repeated while its answer is lost, and truth or 503. */
export class ExecutorClient {
  constructor(private readonly asker: Pick<Asker, 'ask'>) {}

  /** Row 17: a repeat is safe, because it carries the request id, key and params of the first. */
  execute(action: ActionName, body: Uint8Array, asking: Asking): Promise<Answer> {
    const { tenant, headers, waitMs, sinceMs } = asking;
    return this.ask(
      {
        headers,
        waitMs,
        sinceMs,
        subject: gatewaySubjects.execute(tenant, action),
        payload: body,
        graceMs: GRACE_MS,
        patienceMs: patienceOf(waitMs),
        afterLoss: 'look',
        attach: (id) => this.about('attach', tenant, { id }),
      },
      'outcome-headers',
      'with the same key',
    );
  }

  execution(
    verb: ExecutionVerb,
    question: { readonly id: string; readonly cursor?: string },
    { tenant, ...asking }: Asking,
  ): Promise<Answer> {
    return this.ask(
      {
        ...asking,
        ...this.about(verb, tenant, question),
        ...(verb === 'attach' ? { attach: () => this.about(verb, tenant, question) } : {}),
        graceMs: GRACE_MS,
        // Only who attaches says how long it waits.
        patienceMs: verb === 'attach' ? patienceOf(asking.waitMs) : PATIENCE_MS,
        afterLoss: 'wait-on',
      },
      SIGNS[verb],
      '',
    );
  }

  /** A repeat is safe here, too: cancel, resolve and undo find it done, and a retry is known by its request id. */
  control(
    verb: ControlVerb,
    body: ControlBody | ResolveBody,
    { tenant, ...asking }: Asking,
  ): Promise<Answer> {
    return this.ask(
      {
        ...asking,
        subject: gatewaySubjects.execution(tenant, verb),
        payload: new TextEncoder().encode(JSON.stringify(body)),
        graceMs: GRACE_MS,
        patienceMs: patienceOf(asking.waitMs),
        afterLoss: 'look',
      },
      'outcome-headers',
      'with the same Do-Request-Id',
    );
  }

  /** And here: whoever registers or retires once more is told that it is known, unless something else was registered between. */
  registry(verb: RegistryQuestion, body: object, { tenant, ...asking }: Asking): Promise<Answer> {
    return this.ask(
      {
        ...asking,
        subject: gatewaySubjects.registry(tenant, verb),
        payload: new TextEncoder().encode(JSON.stringify(body)),
        graceMs: GRACE_MS,
        patienceMs: PATIENCE_MS,
        afterLoss: verb === 'describe' ? 'wait-on' : 'look',
      },
      REGISTRY_SIGNS[verb],
      verb === 'describe' ? '' : 'of it',
    );
  }

  private about(
    verb: ExecutionVerb,
    tenant: TenantName,
    question: { readonly id: string; readonly cursor?: string },
  ): Pick<Question, 'subject' | 'payload'> {
    const payload = new TextEncoder().encode(JSON.stringify(question));
    return { subject: gatewaySubjects.execution(tenant, verb), payload };
  }

  /** @param again which repeat of it is the same call; empty where nothing is recorded, whatever becomes of it */
  private async ask(question: Question, sign: Sign, again: string): Promise<Answer> {
    try {
      return readAnswer(await this.asker.ask(question), question.subject, sign);
    } catch (error) {
      throw explain(error, again);
    }
  }
}

/** Who waits for less than our patience is told sooner, but not without one repeat. */
const patienceOf = (waitMs: number): number => Math.max(1, Math.min(PATIENCE_MS, waitMs));

const DETAILS: Record<NoAnswer['why'], string> = {
  nobody: 'No executor is running; nothing was recorded.',
  unreachable: 'The bus is out of reach; nothing was recorded.',
  silent: 'No executor answered in time',
  refused: 'An executor turned one try of it away, and what became of another is not known',
  closing: 'The gateway is stopping',
};

/** A request that may have arrived is never told as a failure: the command may have been carried out. */
function detailOf({ why }: NoAnswer, again: string): string {
  if (why === 'nobody' || why === 'unreachable') return DETAILS[why];
  if (again === '') return `${DETAILS[why]}.`;
  return `${DETAILS[why]}: the request may have been recorded. A repeat ${again} finds out.`;
}

function explain(error: unknown, again: string): unknown {
  if (error instanceof NoAnswer)
    return new RequestRefused('UNAVAILABLE', {
      detail: detailOf(error, again),
      effect: error.effect,
      retryAfterMs: 1_000,
    });
  if (error instanceof PayloadTooLarge) return new RequestRefused('PAYLOAD_TOO_LARGE');
  return error;
}
