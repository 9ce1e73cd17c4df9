/**
 * One open store on a server a process. The official client (6.2.1) keeps the appends that wait for an answer in a
 * table that all clients of a process share; see ADR 0015.
 */
import { SecondLogClient } from './errors.js';

let taken = false;

/** @returns lets go of it, once  @throws SecondLogClient */
export function takeTheOneClient(): () => void {
  if (taken) throw new SecondLogClient();
  taken = true;
  let released = false;
  return () => {
    if (!released) taken = false;
    released = true;
  };
}
