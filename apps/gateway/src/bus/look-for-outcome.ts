import { HEADERS } from '@action-do/contracts';
import { type Bus, type BusReply, header } from '@action-do/messaging';
import type { Question } from './question.js';

/** Who only looks is answered in milliseconds, or not at all. */
export const LOOK_MS = 1_000;

/**
 * Looks for the outcome of what was asked, without waiting: the first time by the same command once more, which finds the
 * execution, or begins it where nobody has (row 17). Once its id is known it is asked about by that, so that no look can
 * begin what became new work meanwhile.
 */
export class OutcomeLook {
  /** What the first look heard of the execution. */
  private seen: { readonly id: string; readonly key: string | undefined } | null = null;
  /** The newest answer that says that it goes on; null where no look was told so. */
  goesOn: BusReply | null = null;

  constructor(
    private readonly bus: Pick<Bus, 'request'>,
    private readonly question: Question,
    private readonly attach: NonNullable<Question['attach']>,
  ) {}

  /** @returns the outcome, or null where there is none to be told. Rejects as the bus does. */
  async look(): Promise<BusReply | null> {
    const { seen, question } = this;
    const { subject, payload } = seen === null ? question : this.attach(seen.id);
    const headers = { ...question.headers, [HEADERS.timeoutMs]: '0' };
    const reply = await this.bus.request(subject, payload, { headers, timeoutMs: LOOK_MS });
    const id = header(reply.headers, HEADERS.executionId);
    // What is refused names none.
    if (id === undefined) return null;
    this.seen ??= { id, key: header(reply.headers, HEADERS.idempotencyKey) };
    // The command's answers echo the key; those about an execution do not.
    const { key } = this.seen;
    const echoing =
      key === undefined ? reply : { ...reply, headers: { [HEADERS.idempotencyKey]: key, ...reply.headers } };
    if (isOutcome(reply)) return echoing;
    if (statusOf(reply) === 'pending') this.goesOn = echoing;
    return null;
  }
}

const statusOf = ({ headers }: BusReply): string | undefined => header(headers, HEADERS.idempotencyStatus);

/** Whether an answer about an execution tells what came of it. */
export function isOutcome(reply: BusReply): boolean {
  const how = statusOf(reply);
  return how !== undefined && how !== 'pending' && how !== 'rejected';
}
