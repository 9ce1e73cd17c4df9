import {
  type ActionRef,
  gatewaySubjects,
  type Handlers,
  HEADERS,
  PresenceAnswer,
  type TenantName,
} from '@action-do/contracts';
import type { BusReply } from '@action-do/messaging';
import type { Asker } from '../bus/asker.js';
import { NoAnswer } from '../bus/no-answer.js';

/** An executor looks for a second at most. */
const WAIT_MS = 1_000;
const GRACE_MS = 500;

/** The gateway's way to what executors know of who performs: a hint beside a catalogue, never the reason of an error. */
export class HandlersClient {
  constructor(private readonly asker: Pick<Asker, 'ask'>) {}

  /** In the order of the versions; all `unknown` where no executor tells. */
  async of(
    tenant: TenantName,
    versions: readonly ActionRef[],
    headers: Readonly<Record<string, string>>,
  ): Promise<readonly Handlers[]> {
    if (versions.length === 0) return [];
    const reply = await this.ask(tenant, versions, headers);
    return (reply && read(reply, versions.length)) ?? versions.map(() => 'unknown');
  }

  private async ask(
    tenant: TenantName,
    versions: readonly ActionRef[],
    headers: Readonly<Record<string, string>>,
  ): Promise<BusReply | null> {
    try {
      return await this.asker.ask({
        subject: gatewaySubjects.registry(tenant, 'presence'),
        payload: new TextEncoder().encode(JSON.stringify({ versions })),
        headers: { ...headers, [HEADERS.timeoutMs]: String(WAIT_MS) },
        waitMs: WAIT_MS,
        graceMs: GRACE_MS,
        // Whoever waits for a list has waited for a projector already.
        patienceMs: 0,
        afterLoss: 'give-up',
      });
    } catch (error) {
      if (error instanceof NoAnswer) return null;
      throw error;
    }
  }
}

/** Null where it is no answer to the question: an error object, or something else's. */
function read({ payload }: BusReply, count: number): readonly Handlers[] | null {
  const answer = PresenceAnswer.safeParse(parse(payload));
  return answer.success && answer.data.handlers.length === count ? answer.data.handlers : null;
}

function parse(payload: Uint8Array): unknown {
  try {
    const body: unknown = JSON.parse(new TextDecoder().decode(payload));
    return body;
  } catch {
    return undefined;
  }
}
