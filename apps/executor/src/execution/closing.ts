/**
 * How far an executor has come in stopping. Owned by the executor, read by whoever begins or repeats something:
 * while `draining` nothing new begins and nobody is kept waiting; once `ended` nothing is tried again; once `over`
 * nothing is appended any more, for others are told that they may go on with it.
 */
export class Closing {
  draining = false;
  ended = false;
  over = false;
}
