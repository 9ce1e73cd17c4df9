import {
  type ActionPolicy,
  type Issue,
  type JsonObject,
  type JsonValue,
  refText,
} from '@action-do/contracts';
import type { Performer } from '../execution/performer.js';
import type { Lane } from '../execution/slots.js';

/** One version of one action, as the executor calls it. */
export interface RegisteredAction {
  readonly name: string;
  readonly version: number;
  readonly policy: ActionPolicy;
  /**
   * Checks params against the contract and fills in defaults, in place.
   * @returns what is wrong, empty where nothing is
   */
  readonly checkParams: (params: JsonObject) => Issue[];
  /** What is wrong with a result, empty where nothing is. */
  readonly checkResult: (result: JsonValue) => Issue[];
  readonly hasUndo: boolean;
  /** How many attempts of it may run in this process at once; absent: as many as there are slots. */
  readonly concurrency?: number;
  readonly performer: Performer;
}

/** Where attempts of it wait for each other; null where they need not. */
export const laneOf = (action: RegisteredAction | null): Lane | null =>
  action?.concurrency === undefined ? null : { name: refText(action), limit: action.concurrency };
