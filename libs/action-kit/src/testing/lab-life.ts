import type { JsonObject, ScopeHash } from '@action-do/contracts';
import type { ActionDefinition } from '../action-definition.js';
import type { LabWorld } from './lab-world.js';

/** One doing of the action from the first request to the last word, and what it is about. */
export interface LabLife {
  readonly world: LabWorld;
  readonly definition: ActionDefinition;
  /** Defaults applied. */
  readonly params: JsonObject;
  /** Of this life alone, so that no effect key is met twice. */
  readonly scope: ScopeHash;
  /** How long a call of the handler may take in the lab, in real time. */
  readonly handlerMs: number;
  /** When a call takes longer than this, it may be waiting for one that the lab holds back. */
  readonly patienceMs: number;
}

/** Ends after `ms` of real time with `undefined`, and never keeps a process alive that is done. */
export function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
