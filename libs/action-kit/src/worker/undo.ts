import { HandlerUndo } from '@action-do/contracts';
import { performUndo } from '../perform/perform-undo.js';
import { failed, outcomeOf } from './outcome.js';
import type { SideCall } from './side-calls.js';

/**
 * An undo. It bears being repeated, so whatever cannot be done now says so at once, and is asked for again: of this
 * worker or of another.
 */
export const UNDO: SideCall = {
  name: 'undo',
  perform: async (definition, { params: body }, context) => {
    const given = HandlerUndo.safeParse(body);
    if (!given.success)
      return failed('PARAMS_INVALID', 'the body is not { "params": { … }, "result": … }', 'none', false);
    const { params, result } = given.data;
    const performed = await performUndo(definition, params, result, context);
    return outcomeOf(performed.ok ? { ok: true, text: JSON.stringify(performed.result) } : performed);
  },
  noRoom: failed('RATE_LIMITED', 'the worker undoes and keeps waiting as much as it may', 'none', true),
  stopped: failed('ACTION_FAILED', 'the worker was stopped while it undid this', 'unknown', true),
};
