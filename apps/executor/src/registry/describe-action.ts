import {
  type ActionName,
  type CatalogueAction,
  type CatalogueVersion,
  type Problem,
  shownUrl,
  type TenantName,
} from '@action-do/contracts';
import { newestOffered, type StandingVersion } from '@action-do/domain';
import type { RecordedEvent } from '@action-do/event-store';
import { unknownAction } from '../execution/describe-refusal.js';
import type { ActionRegistry } from './action-registry.js';
import type { FindHandlers } from './find-handlers.js';
import type { RegistryLog } from './registry-log.js';

export type Description =
  | { readonly ok: true; readonly action: CatalogueAction }
  | { readonly ok: false; readonly problem: Problem };

/** Bytes of versions in one answer, which has to fit the bus: schemas are long, and a message is 1 MiB. */
const ANSWER_BYTES_MAX = 768 * 1024;

/** Who said it, and when. */
interface Word {
  readonly at: string;
  readonly by: { readonly type: string; readonly id: string };
}

/** The newest words about one version. */
interface Words {
  readonly registered: Word;
  readonly retired: Word | null;
}

/** One action as the log has it at this moment: what was answered as registered or retired is in it. */
export class DescribeAction {
  constructor(
    private readonly registry: ActionRegistry,
    private readonly log: RegistryLog,
    private readonly findHandlers: Pick<FindHandlers, 'find'>,
  ) {}

  /** @throws StoreUnavailable */
  async describe(tenant: TenantName, name: ActionName): Promise<Description> {
    const words = new Map<number, Words>();
    const state = await this.log.read(tenant, name, ({ type, data }, recorded) => {
      const version = type === 'ActionRegistered' ? data.contract.version : data.version;
      const word = wordOf(recorded, data.atMs);
      const before = words.get(version);
      if (type === 'ActionRegistered') words.set(version, { registered: word, retired: null });
      else if (before !== undefined) words.set(version, { ...before, retired: word });
    });
    const versions = [...state.versions.keys()].sort((a, b) => b - a);
    if (versions.length === 0) {
      const asked = { tenant, action: name, version: undefined };
      return { ok: false, problem: unknownAction(this.registry, asked) };
    }
    const described = versions.flatMap((version) => {
      const [standing, word] = [state.versions.get(version), words.get(version)];
      return standing && word ? [toVersion(standing, word)] : [];
    });
    const newest = newestOffered(state);
    const fitting = fittingOf(described, newest);
    const refs = fitting.map(({ version }) => ({ name, version }));
    const handlers = await this.findHandlers.find(tenant, refs);
    return {
      ok: true,
      action: {
        name,
        newest,
        versions: fitting.map((version, at) => ({ ...version, handlers: handlers[at] ?? 'unknown' })),
        ...(fitting.length < described.length ? { incomplete: true } : {}),
      },
    };
  }
}

/**
 * Those that fit, newest first, and among them what a call means, however old. One is told in any case: where it is too
 * large by itself, the bus says so.
 */
function fittingOf(versions: readonly Described[], newest: number | null): readonly Described[] {
  let left = ANSWER_BYTES_MAX;
  const first = versions.find(({ version }) => version === newest) ?? versions[0];
  const fitting = new Set<Described>();
  for (const version of first === undefined ? [] : [first, ...versions]) {
    if (fitting.has(version)) continue;
    left -= Buffer.byteLength(JSON.stringify(version));
    if (left < 0 && version !== first) break;
    fitting.add(version);
  }
  return versions.filter((version) => fitting.has(version));
}

type Described = Omit<CatalogueVersion, 'handlers'>;

function toVersion({ registered, retired }: StandingVersion, words: Words): Described {
  const { contract, target, http, digest } = registered;
  const { name, version, description, policy, paramsJsonSchema, resultJsonSchema, hasProbe } = contract;
  return {
    name,
    version,
    description,
    status: retired === null ? 'offered' : 'retired',
    policy,
    paramsJsonSchema,
    resultJsonSchema,
    hasProbe,
    hasUndo: contract.hasUndo ?? false,
    target,
    url: http ? shownUrl(http.url) : null,
    digest,
    registeredAt: words.registered.at,
    registeredBy: words.registered.by,
    retiredAt: words.retired?.at ?? null,
    retiredBy: words.retired?.by ?? null,
    retiredBecause: retired?.reason ?? null,
    successor: retired?.successor ?? null,
  };
}

const wordOf = ({ metadata }: RecordedEvent, atMs: number): Word => ({
  at: new Date(atMs).toISOString(),
  by: { type: metadata['actorType'] ?? 'system', id: metadata['actorId'] ?? 'unknown' },
});
