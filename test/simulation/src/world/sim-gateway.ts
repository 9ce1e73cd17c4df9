import {
  type ActionName,
  type ControlVerb,
  gatewaySubjects,
  HEADERS,
  type TenantName,
} from '@action-do/contracts';
import { type Answer, Asker, type Asking, ExecutorClient, RequestRefused } from '@action-do/gateway';
import { type Bus, header } from '@action-do/messaging';
import type { How, Said, SimWorld } from '@action-do/test-support';

export interface Request {
  readonly action: ActionName;
  readonly key: string | undefined;
  readonly body: string;
  readonly requestId: string;
  readonly waitMs: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Between result and execution of an answer, which are written in this order. */
const EXECUTION = ',"execution":{"id":"';

/** What a gateway does with a request once it knows who is calling: asks on the bus, repeats, and says what came of it. */
export class SimGateway {
  private readonly client: ExecutorClient;
  private readonly asker: Asker;
  private readonly open = new Set<() => void>();

  constructor(
    world: SimWorld,
    readonly name: string,
    bus: Bus,
    private readonly tenant: TenantName,
  ) {
    const { clock } = world.process(name);
    this.asker = new Asker(bus, { nowMs: clock.monotonicMs, after: clock.after });
    this.client = new ExecutorClient(this.asker);
  }

  execute({ action, key, body, requestId, waitMs }: Request): Promise<Said> {
    const headers = {
      [HEADERS.requestId]: requestId,
      ...(key === undefined ? {} : { [HEADERS.idempotencyKey]: key }),
    };
    return this.carry(this.client.execute(action, encoder.encode(body), this.asking(waitMs, headers)));
  }

  attach(id: string, waitMs: number): Promise<Said> {
    return this.carry(this.client.execution('attach', { id }, this.asking(waitMs, {})));
  }

  /** An operator's word about one execution. What comes of it is in the log. */
  async order(verb: ControlVerb, body: object, requestId: string): Promise<void> {
    const waitMs = 1_000;
    const question = {
      subject: gatewaySubjects.execution(this.tenant, verb),
      payload: encoder.encode(JSON.stringify(body)),
      headers: this.asking(waitMs, { [HEADERS.requestId]: requestId }).headers,
      waitMs,
      graceMs: 5_000,
      patienceMs: 1_000,
      afterLoss: 'look' as const,
    };
    await this.asker.ask(question).catch(() => undefined);
  }

  /** The process is gone: whoever waits for an answer finds the connection broken. */
  end(): void {
    for (const breakOff of this.open) breakOff();
  }

  private asking(waitMs: number, headers: Readonly<Record<string, string>>): Asking {
    return {
      tenant: this.tenant,
      headers: { ...headers, [HEADERS.timeoutMs]: String(waitMs), [HEADERS.actorType]: 'api_key' },
      waitMs,
      sinceMs: this.asker.nowMs(),
    };
  }

  private carry(asked: Promise<Answer>): Promise<Said> {
    return new Promise((resolve) => {
      const breakOff = (): void => resolve({ kind: 'nothing' });
      this.open.add(breakOff);
      const end = (said: Said): void => {
        this.open.delete(breakOff);
        resolve(said);
      };
      asked.then(
        (answer) => end(read(answer)),
        (error: unknown) => {
          const code = error instanceof RequestRefused ? error.problem.code : String(error);
          end({ kind: 'refused', code });
        },
      );
    });
  }
}

function read({ payload, headers, errorCode }: Answer): Said {
  const id = header(headers, HEADERS.executionId);
  const how = header(headers, HEADERS.idempotencyStatus);
  const text = decoder.decode(payload);
  if (id === undefined) return { kind: 'refused', code: errorCode ?? 'no execution' };
  if (how === 'pending') return { kind: 'accepted', id };
  const came = { id, how: how as How };
  if (errorCode === undefined) {
    const end = text.lastIndexOf(EXECUTION);
    return { kind: 'succeeded', ...came, result: text.slice('{"result":'.length, end) };
  }
  if (errorCode === 'OUTCOME_UNKNOWN') return { kind: 'unknown', ...came };
  const { effect }: { effect?: string } = JSON.parse(text);
  return { kind: 'failed', ...came, code: errorCode, effect: effect ?? 'none' };
}
