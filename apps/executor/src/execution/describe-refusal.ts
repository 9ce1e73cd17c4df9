import {
  type ActionRef,
  type ActionRetired,
  type Issue,
  type JsonObject,
  type Problem,
  problem,
  refText,
  type TenantName,
} from '@action-do/contracts';
import { differingPaths, type Generation } from '@action-do/domain';
import type { ActionRegistry } from '../registry/action-registry.js';
import type { RegisteredAction } from '../registry/registered-action.js';
import type { Admissions } from './admission.js';
import type { Presence } from './performer.js';
import type { Lane } from './slots.js';

const RETRY_AFTER_MS = 1_000;

/** Row 8 and its kin: says which params differ, never what they are. */
export function describeReuse(
  {
    code,
    generation,
  }: { code: 'IDEMPOTENCY_KEY_REUSED' | 'TOO_LATE' | 'IN_PROGRESS'; generation: Generation },
  params: JsonObject,
): Problem {
  if (code !== 'IDEMPOTENCY_KEY_REUSED') return problem(code);
  const paths = differingPaths(generation.request.params, params);
  return problem(code, {
    detail:
      paths.length === 0
        ? 'The key was used with params that differ only in a default given or left out.'
        : `The key was used with other params; these differ: ${paths.join(', ')}.`,
    issues: paths.map((path) => ({
      path,
      code: 'differs',
      message: 'differs from the first call with this key',
    })),
    newKeySafe: true,
  });
}

/** Row 12: names what the caller may have meant. */
export function unknownAction(
  registry: ActionRegistry,
  asked: { tenant: TenantName; action: string; version: number | undefined },
): Problem {
  const versions = registry.versions(asked.tenant, asked.action);
  if (versions.length > 0)
    return problem('ACTION_UNKNOWN', {
      detail: `${asked.action} has no version ${asked.version}; it has ${versions.join(', ')}.`,
    });
  const nearest = registry.nearest(asked.tenant, asked.action);
  return problem('ACTION_UNKNOWN', {
    detail:
      nearest.length === 0
        ? 'No action of this name is known. DO_ACTIONS names the modules that define actions, and workers register theirs.'
        : `There is no action of this name. Nearest: ${nearest.join(', ')}.`,
    issues: nearest.map((name) => ({ path: 'name', code: 'nearest', message: name })),
  });
}

/** For good: names what to call instead. */
export const actionRetired = ({ successor, reason, ...retired }: ActionRetired): Problem =>
  problem('ACTION_RETIRED', {
    detail: `${refText(retired)} takes no new work any more (${reason}). ${successor ? `Call ${refText(successor)} instead.` : 'Nothing takes its place.'}`,
    effect: 'none',
  });

export function paramsInvalid(action: string, issues: Issue[]): Problem {
  const [first] = issues;
  const count = issues.length === 1 ? 'One param does' : `${issues.length} params do`;
  const detail = `${count} not fit ${action}: ${first?.path} ${first?.message}.`;
  return problem('PARAMS_INVALID', { detail, issues, effect: 'none' });
}

/** Each version of it is work of its own, so that the call names no piece of work; nothing was looked up. */
export const versionMissing = ({ name, version }: Pick<RegisteredAction, 'name' | 'version'>): Problem =>
  problem('REQUEST_INVALID', {
    detail: `Each version of ${name} is a piece of work of its own (idempotency.perVersion): a call has to name one, the newest is ${version}.`,
    issues: [{ path: 'version', code: 'required', message: 'is required by this action' }],
    effect: 'none',
  });

/**
 * Row 18: said at once, rather than an endless "running".
 * @param presence of whoever performs it: of an HTTP service it says why that is not asked, which nobody mends by starting it
 */
export function noHandler(action: string, version: number, presence?: Presence): Problem {
  const cause = presence?.whyAbsent?.() ?? null;
  const why =
    cause === null
      ? `No worker performs ${action} version ${version} now`
      : `The service of ${action} version ${version} is not asked: ${cause.message}`;
  return problem('NO_HANDLER', {
    detail: `${why}; this call recorded nothing.`,
    ...(cause && { cause }),
    effect: 'none',
    retryAfterMs: RETRY_AFTER_MS,
  });
}

/** Row 18 among executors that do not all have the same actions, as while they are replaced one by one. */
export const performedByOthers = (action: string): Problem =>
  problem('NO_HANDLER', {
    detail: `This executor does not perform ${action} itself, and others do; this call recorded nothing.`,
    effect: 'none',
    retryAfterMs: 0,
  });

/** Row 18 of what a module of this process defined, and left out: it stands in the catalogue until somebody retires it. */
export const undefinedHere = ({ name, version }: ActionRef): Problem =>
  problem('NO_HANDLER', {
    detail: `${name}@${version} is registered, and no module here defines it: define it, or retire it. This call recorded nothing.`,
    effect: 'none',
    retryAfterMs: RETRY_AFTER_MS,
  });

/** Nothing was recorded, and nothing was looked up either. */
export const rateLimited = (admissions: Admissions, lane: Lane | null = null): Problem =>
  problem('RATE_LIMITED', {
    detail:
      lane === null || admissions.size >= admissions.limit
        ? `The executor holds ${admissions.size} executions, and may hold ${admissions.limit}.`
        : `The executor holds ${admissions.heldIn(lane)} executions of ${lane.name}, and may hold ${admissions.limitOf(lane)}: its concurrency is ${lane.limit}.`,
    retryAfterMs: RETRY_AFTER_MS,
  });

export const stopping = (): Problem =>
  problem('UNAVAILABLE', {
    detail: 'The executor is stopping; this call recorded nothing.',
    effect: 'none',
    retryAfterMs: RETRY_AFTER_MS,
  });
