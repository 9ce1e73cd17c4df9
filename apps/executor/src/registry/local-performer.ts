import { type ActionDefinition, performAction, performProbe, performUndo } from '@do-sdk/actions';
import type { Performer } from '../execution/performer.js';

/** The author's code in this process; its zod says what JSON Schema cannot. */
export const localPerformer = (definition: ActionDefinition): Performer => ({
  run: ({ request }, context) => performAction(definition, request.params, context),
  probe: ({ request }, context) => performProbe(definition, request.params, context),
  undo: ({ request }, result, context) => performUndo(definition, request.params, result, context),
});
