import type { ActionEvent, ActionEventData, ActionPolicy } from '@action-do/contracts';
import { wasNeverBegun } from './never-begun.js';

/**
 * Says what is wrong with the history of one key, or null. Written from the paper and from nothing else: it shares no
 * line with the fold or the deciders, so that a mistake there is not made here as well.
 *
 *   stream     = generation*                      numbered from 1 without a gap
 *   generation = Requested Cancel* (Started AttemptFailed)* Started? Unknown? [Succeeded | Failed] (UndoRequested (UndoStarted UndoFailed)* UndoStarted? UndoFailed?)* Undone?
 *   An undo that was given up may be said to have undone it after all.
 *   Late may stand anywhere behind the first Requested, and Cancel anywhere before the end.
 */
type Place = 'requested' | 'started' | 'between' | 'unknown' | 'closed' | 'to-undo' | 'undoing' | 'undone';

const NEXT: Record<Exclude<ActionEvent['type'], 'ActionRequested'>, Partial<Record<Place, Place>>> = {
  ActionStarted: { requested: 'started', between: 'started' },
  ActionAttemptFailed: { started: 'between' },
  ActionOutcomeUnknown: { requested: 'unknown', started: 'unknown', between: 'unknown' },
  ActionSucceeded: { started: 'closed', between: 'closed', unknown: 'closed' },
  ActionFailed: { requested: 'closed', started: 'closed', between: 'closed', unknown: 'closed' },
  ActionLateOutcome: {},
  ActionCancelRequested: {},
  ActionUndoRequested: { closed: 'to-undo' },
  ActionUndoStarted: { 'to-undo': 'undoing' },
  // Where it was the last attempt the generation is closed as before: see the walk.
  ActionUndoFailed: { undoing: 'to-undo', 'to-undo': 'to-undo' },
  ActionUndone: { 'to-undo': 'undone', undoing: 'undone', closed: 'undone' },
};

/** One more call does no harm, whatever became of the one before. */
const isHarmless = ({ effects }: ActionPolicy): boolean => effects !== 'unsafe' && effects !== 'verifiable';

interface Walk {
  readonly request: ActionEventData<'ActionRequested'>;
  place: Place;
  attempt: number;
  /** Something may have been left under its effect key before it began. */
  readonly inherits: boolean;
  cancelled: boolean;
  /** The newest to undo it, of all its undos. */
  undoAttempt: number;
  /** Of the newest undo; null before the first. */
  undoEndsAtMs: number | null;
  /** Of the attempts: how many nobody took. */
  neverBegun: number;
  /** How the newest attempt ended, if it did. */
  failure: ActionEventData<'ActionAttemptFailed'> | null;
  end: ActionEventData<'ActionSucceeded'> | ActionEventData<'ActionFailed'> | null;
  succeeded: boolean;
}

export function faultIn(history: readonly ActionEvent[]): string | null {
  let walk: Walk | null = null;
  /** Whether anything may have happened under the newest effect key, and whether so before the newest attempt. */
  let tainted = false;
  let taintedBefore = false;
  for (const [at, event] of history.entries()) {
    const say = (what: string): string => `${event.type} at ${at}: ${what}`;
    if (event.type === 'ActionRequested') {
      const fault = faultInRequest(walk, event.data, tainted);
      if (fault) return say(fault);
      if (event.data.epoch !== walk?.request.epoch) tainted = false;
      walk = {
        request: event.data,
        inherits: tainted,
        cancelled: false,
        undoAttempt: 0,
        undoEndsAtMs: null,
        place: 'requested',
        attempt: 0,
        neverBegun: 0,
        failure: null,
        end: null,
        succeeded: false,
      };
      continue;
    }
    if (walk === null) return say('before any request');
    if (event.type === 'ActionLateOutcome') {
      if (event.data.generation > walk.request.generation) return say('of a generation to come');
      continue;
    }
    if (event.type === 'ActionCancelRequested') {
      if (walk.end !== null || walk.place === 'unknown') return say(`in place ${walk.place}`);
      if (walk.cancelled) return say('twice');
      walk.cancelled = true;
      continue;
    }
    const next = NEXT[event.type][walk.place];
    if (next === undefined) return say(`in place ${walk.place}`);
    const fault = faultInStep(walk, event, tainted);
    if (fault) return say(fault);
    walk.place = event.type === 'ActionUndoFailed' && event.data.nextAttemptAtMs === null ? 'closed' : next;
    if (event.type === 'ActionStarted') taintedBefore = tainted;
    // What an undo may have taken back says nothing of what was done.
    if (event.type === 'ActionUndoFailed' || !('effect' in event.data)) continue;
    // Whoever settles what was given up knows better what became of that attempt, and of no other.
    if ('settledBy' in event.data) tainted = taintedBefore;
    tainted ||= event.data.effect !== 'none';
    if (event.type === 'ActionFailed' && tainted && event.data.effect === 'none')
      return say('hides what an earlier attempt may have left');
  }
  return null;
}

function faultInRequest(before: Walk | null, request: Walk['request'], tainted: boolean): string | null {
  const { generation, epoch, effectKey, policy, atMs, deadlineAtMs } = request;
  if (generation !== (before?.request.generation ?? 0) + 1) return 'generations are not dense';
  if (!effectKey.endsWith(`-${epoch}`)) return 'the effect key does not say its epoch';
  if (deadlineAtMs !== atMs + policy.deadlineMs) return 'the deadline is not counted from the request';
  if (before === null) return epoch === 1 ? null : 'the first effect key is not 1';
  if (before.end === null) return 'the generation before it is still open';
  if (before.place === 'undoing' || before.place === 'to-undo')
    return 'the generation before it is being undone';
  const windowOver = before.end.windowEndsAtMs !== null && before.end.windowEndsAtMs <= atMs;
  const undone = before.place === 'undone';
  const sameCall = before.request.requestId === request.requestId;
  if (sameCall) return 'a call was done again';
  if (request.reason !== undefined) {
    // On an operator's word: what failed, of any class, whatever its policy and its window say.
    if (before.succeeded || before.request.paramsDigest !== request.paramsDigest)
      return 'not the same work again';
    return epoch === before.request.epoch + Number(!tainted)
      ? null
      : 'the effect key is not the one to be used';
  }
  if (windowOver || undone)
    return epoch === before.request.epoch + 1 ? null : 'the effect key was not raised';
  if (before.request.paramsDigest !== request.paramsDigest) return 'other params within the window';
  if (before.succeeded) return 'a success was done again';
  if (before.request.policy.idempotency.reopen === 'never') return 'reopened against its policy';
  if (!tainted) return epoch === before.request.epoch + 1 ? null : 'the effect key was kept for nothing';
  if (!isHarmless(before.request.policy) || !isHarmless(policy))
    return 'reopened although something may be left';
  return epoch === before.request.epoch ? null : 'the effect key was raised although something may be left';
}

function faultInStep(
  walk: Walk,
  event: Exclude<ActionEvent, { type: 'ActionRequested' }>,
  tainted: boolean,
): string | null {
  const { policy, deadlineAtMs } = walk.request;
  switch (event.type) {
    case 'ActionStarted': {
      if (walk.cancelled) return 'begun although it was cancelled';
      if (event.data.attempt !== walk.attempt + 1) return 'attempts are not dense';
      if (event.data.attempt - walk.neverBegun > policy.retry.attemptsMax)
        return 'more attempts than the policy allows';
      if (event.data.atMs >= deadlineAtMs) return 'begun after the deadline';
      if (!isHarmless(policy) && walk.failure && walk.failure.effect !== 'none')
        return `${policy.effects} work begun again in doubt`;
      walk.attempt = event.data.attempt;
      walk.failure = null;
      return null;
    }
    case 'ActionAttemptFailed':
      if (walk.cancelled) return 'to be tried again although it was cancelled';
      walk.failure = event.data;
      if (wasNeverBegun(event.data.error, event.data.effect)) walk.neverBegun += 1;
      if (event.data.attempt !== walk.attempt) return 'not the newest attempt';
      if (policy.effects === 'none' && event.data.effect !== 'none') return 'a read left something behind';
      if (event.data.nextAttemptAtMs < event.data.atMs)
        return 'the next attempt is due before this one failed';
      return event.data.nextAttemptAtMs >= deadlineAtMs ? 'the next attempt is due after the deadline' : null;
    case 'ActionOutcomeUnknown':
      if (isHarmless(policy)) return `${policy.effects} work was parked`;
      return event.data.attempt === walk.attempt ? null : 'not the newest attempt';
    case 'ActionSucceeded':
    case 'ActionFailed': {
      walk.end = event.data;
      walk.succeeded = event.type === 'ActionSucceeded';
      if (event.data.attempt !== walk.attempt) return 'not the newest attempt';
      if (walk.cancelled && 'error' in event.data && event.data.error.code !== 'CANCELLED')
        if (event.data.settledBy !== 'operator') return 'does not say that it was cancelled';
      if (walk.place !== 'started' && walk.succeeded && !event.data.settledBy)
        return 'nobody is said to have settled it';
      if (policy.effects === 'none' && event.data.effect !== 'none' && !tainted)
        return 'a read left something behind';
      if (!isHarmless(policy) && event.data.effect === 'unknown' && !event.data.settledBy && !walk.inherits)
        return `${policy.effects} work was ended in doubt instead of parked`;
      const { windowMs } = policy.idempotency;
      const end = windowMs === 'forever' ? null : event.data.atMs + windowMs;
      return event.data.windowEndsAtMs === end ? null : 'the window is not counted from the end';
    }
    case 'ActionUndoRequested':
      walk.undoEndsAtMs = event.data.atMs + policy.deadlineMs;
      return walk.succeeded && walk.end?.effect === 'applied' ? null : 'there is nothing to undo';
    case 'ActionUndoStarted':
      walk.undoAttempt += 1;
      if (event.data.attempt !== walk.undoAttempt) return 'attempts to undo are not dense';
      return event.data.atMs < (walk.undoEndsAtMs ?? 0) ? null : 'begun after the deadline of the undo';
    case 'ActionUndoFailed': {
      const { attempt, nextAttemptAtMs } = event.data;
      if (attempt !== walk.undoAttempt) return 'not the newest attempt to undo';
      if (nextAttemptAtMs === null) return null;
      if (walk.place === 'to-undo') return 'no attempt to undo was under way, and another is to come';
      return nextAttemptAtMs < (walk.undoEndsAtMs ?? 0)
        ? null
        : 'the next is due after the deadline of the undo';
    }
    case 'ActionUndone':
      return walk.undoAttempt === 0 ? 'nobody was ever at undoing it' : null;
    default:
      return null;
  }
}
