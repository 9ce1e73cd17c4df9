import { gatewaySubjects, type ListName, type TenantName, type ViewsVerb } from '@action-do/contracts';
import { PayloadTooLarge } from '@action-do/messaging';
import { type Answer, readAnswer } from '../bus/answer.js';
import type { Asker } from '../bus/asker.js';
import type { Sign } from '../bus/foreign-answer.js';
import { NoAnswer } from '../bus/no-answer.js';
import { RequestRefused } from '../http/request-refused.js';

/** What a projector may take: a scan that no index serves, or the wait for a position. */
export const LIST_WAIT_MS = 9_500;
/** For the way back, so that a list takes ten seconds at most. */
const GRACE_MS = 500;
const PATIENCE_MS = 1_000;

type Headers = Readonly<Record<string, string>>;

/** The gateway's way to the projectors: lists, and what may be done with the views. */
export class ProjectorClient {
  constructor(private readonly asker: Asker) {}

  /** @param query as `ExecutionsQuery` or `AuditQuery` reads it */
  list(tenant: TenantName, list: ListName, query: object, headers: Headers): Promise<Answer> {
    return this.ask(gatewaySubjects.list(tenant, list), query, headers, 'wait-on', 'items');
  }

  /** Whether a rebuilding that gave no answer has begun, the status tells: it is not asked for twice. */
  views(tenant: TenantName, verb: ViewsVerb, headers: Headers): Promise<Answer> {
    const afterLoss = verb === 'rebuild' ? 'give-up' : 'wait-on';
    return this.ask(gatewaySubjects.views(tenant, verb), {}, headers, afterLoss, 'any-object');
  }

  private async ask(
    subject: string,
    body: object,
    headers: Headers,
    afterLoss: 'wait-on' | 'give-up',
    sign: Sign,
  ): Promise<Answer> {
    const payload = new TextEncoder().encode(JSON.stringify(body));
    const times = { waitMs: LIST_WAIT_MS, graceMs: GRACE_MS, patienceMs: PATIENCE_MS };
    try {
      return readAnswer(
        await this.asker.ask({ subject, payload, headers, ...times, afterLoss }),
        subject,
        sign,
      );
    } catch (error) {
      if (error instanceof NoAnswer) throw unavailable(error, afterLoss === 'wait-on');
      if (error instanceof PayloadTooLarge) throw new RequestRefused('PAYLOAD_TOO_LARGE');
      throw error;
    }
  }
}

const DETAILS: Record<NoAnswer['why'], string> = {
  nobody: 'No projector is running: lists are answered by one.',
  unreachable: 'The bus is out of reach.',
  silent: 'No projector answered in time.',
  refused: 'A projector turned it away.',
  closing: 'The gateway is stopping.',
};

const unavailable = ({ why, effect }: NoAnswer, reads: boolean): RequestRefused =>
  new RequestRefused('UNAVAILABLE', {
    detail: DETAILS[why],
    // Reading changes nothing, whether it was answered or not.
    effect: reads ? 'none' : effect,
    retryAfterMs: 1_000,
  });
