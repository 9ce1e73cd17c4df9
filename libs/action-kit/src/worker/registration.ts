import {
  type ActionContract,
  clientSubjects,
  HEADERS,
  Problem,
  RegisterAnswer,
  type TenantName,
} from '@action-do/contracts';
import { type Bus, type BusReply, header, PayloadTooLarge } from '@action-do/messaging';
import { WorkerError } from '../worker-error.js';
import { retryMs } from './backoff.js';
import { type Clock, pause } from './clock.js';
import { encodeJson } from './outcome.js';
import { readJson } from './read-call.js';
import type { WorkerLogger } from './worker-logger.js';

export interface RegistrationParts {
  readonly bus: Bus;
  readonly tenant: TenantName;
  readonly apiKey: string;
  readonly contracts: readonly ActionContract[];
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly logger: WorkerLogger;
}

/** What came of one request to register. */
type Told =
  | { readonly kind: 'done'; readonly isNew: boolean }
  | { readonly kind: 'refused'; readonly error: WorkerError }
  | { readonly kind: 'trouble'; readonly why: string };

const REQUEST_MS_MAX = 5_000;
const REPEAT_MS = 30_000;

/**
 * Tells the platform what this worker performs: at the start until it is heard, then every half minute and after each
 * lost connection, because a platform whose log is new knows nothing. Repeats are cheap: it answers "known". A platform
 * that is not heard may come back at any moment, and nothing reaches the worker before: it is tried again soon.
 */
export class Registration {
  readonly #stopper = new AbortController();
  #round: Promise<void> | null = null;
  /** Rounds in a row in which the platform was not heard. */
  #failures = 0;
  #callOff: () => void = () => {};

  constructor(private readonly parts: RegistrationParts) {}

  /** @throws WorkerError PLATFORM_UNREACHABLE, KEY_REFUSED, CONTRACT_REFUSED */
  async start(timeoutMs: number): Promise<void> {
    const { clock, contracts } = this.parts;
    const untilMs = clock.nowMs() + timeoutMs;
    for (const contract of contracts) await this.#insist(contract, untilMs);
  }

  /** All of them once more, now, and from then on by itself. Never rejects. */
  refresh(): Promise<void> {
    this.#round ??= this.#tellAll().then((heard) => {
      this.#round = null;
      this.#arm(heard);
    });
    return this.#round;
  }

  stop(): void {
    this.#stopper.abort();
    this.#callOff();
  }

  async #insist(contract: ActionContract, untilMs: number): Promise<void> {
    const { clock, random, logger } = this.parts;
    for (let failures = 1; ; failures++) {
      const told = await this.#tell(contract);
      if (told.kind === 'done') return;
      if (told.kind === 'refused') throw told.error;
      const leftMs = untilMs - clock.nowMs();
      if (leftMs <= 0)
        throw new WorkerError(
          'PLATFORM_UNREACHABLE',
          `no executor registered ${nameOf(contract)}: ${told.why}. Start action.do on this NATS, or give the NATS url of the one that runs (DO_NATS_URL)`,
        );
      logger.warn(`the platform cannot be reached yet: ${told.why}`, { action: contract.name });
      await pause(clock, Math.min(retryMs(failures, random()), leftMs));
    }
  }

  #arm(heard: boolean): void {
    if (this.#stopper.signal.aborted) return;
    const { clock, random, logger } = this.parts;
    if (heard && this.#failures > 0) logger.info('the platform is heard again');
    this.#failures = heard ? 0 : this.#failures + 1;
    // Without trouble 0.75 to 1.25 times: workers that came at once are spread.
    const waitMs = heard ? REPEAT_MS * (0.75 + random() / 2) : retryMs(this.#failures, random());
    this.#callOff();
    this.#callOff = clock.after(waitMs, () => void this.refresh());
  }

  /** @returns false where the platform was not heard */
  async #tellAll(): Promise<boolean> {
    const { contracts, logger } = this.parts;
    for (const contract of contracts) {
      const told = await this.#tell(contract);
      if (this.#stopper.signal.aborted) return true;
      if (told.kind === 'refused') logger.error(told.error.message, { action: contract.name });
      else if (told.kind === 'done' && told.isNew)
        logger.info('the platform did not know of this action any more', { action: contract.name });
      else if (told.kind === 'trouble') {
        // Said once: it may be away for long. The others would not be heard either.
        if (this.#failures === 0) logger.warn(`the platform cannot be reached: ${told.why}`);
        return false;
      }
    }
    return true;
  }

  async #tell(contract: ActionContract): Promise<Told> {
    const { bus, tenant, apiKey } = this.parts;
    try {
      const reply = await bus.request(clientSubjects.register(tenant), encodeJson({ contract }), {
        headers: { [HEADERS.authorization]: `Bearer ${apiKey}` },
        timeoutMs: REQUEST_MS_MAX,
        signal: this.#stopper.signal,
      });
      return read(reply, contract);
    } catch (error) {
      if (error instanceof PayloadTooLarge) return { kind: 'refused', error: tooLarge(contract, error) };
      return { kind: 'trouble', why: error instanceof Error ? error.message : String(error) };
    }
  }
}

function read({ payload, headers }: BusReply, contract: ActionContract): Told {
  const body = readJson(payload);
  const code = header(headers, HEADERS.errorCode);
  if (code === undefined) {
    const answer = RegisterAnswer.safeParse(body);
    if (answer.success) return { kind: 'done', isNew: answer.data.status === 'registered' };
    return { kind: 'trouble', why: 'what answered is no executor: a JetStream stream may cover do.v1.cmd.>' };
  }
  const problem = Problem.safeParse(body);
  if (!problem.success) return { kind: 'trouble', why: `the executor answered ${code}` };
  const { retryable, detail, hint } = problem.data;
  if (retryable) return { kind: 'trouble', why: detail };
  const isOfKey = code === 'UNAUTHENTICATED' || code === 'FORBIDDEN';
  const error = new WorkerError(
    isOfKey ? 'KEY_REFUSED' : 'CONTRACT_REFUSED',
    isOfKey
      ? `the platform refuses the API key: ${detail} Give a key of this platform that may register actions (DO_API_KEY)`
      : `the platform refuses ${nameOf(contract)}: ${detail} ${hint}`,
  );
  return { kind: 'refused', error };
}

const tooLarge = (contract: ActionContract, cause: PayloadTooLarge): WorkerError =>
  new WorkerError(
    'CONTRACT_REFUSED',
    `the contract of ${nameOf(contract)} does not fit a message of the bus: ${cause.message}. Make its schemas smaller`,
    { cause },
  );

const nameOf = ({ name, version }: ActionContract): string => `${name} version ${version}`;
