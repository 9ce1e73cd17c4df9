import { Refusal } from './endpoint.js';

/** Something that was done outside, and would be done twice if it stood here twice. */
export interface Effect {
  /** The endpoint by which it was done, such as `cards.charge`. */
  readonly what: string;
  readonly [fact: string]: string | number;
}

const EFFECTS_MAX = 10_000;

/** What the outside world did, in order. It bounds the services, too: each keeps something only for what stands here. */
export class Effects {
  #done: Effect[] = [];

  readonly did = (what: string, facts: Readonly<Record<string, string | number>>): void => {
    if (this.#done.length >= EFFECTS_MAX)
      throw new Refusal(507, 'WORLD_FULL', `${EFFECTS_MAX} effects are kept: start the outside world anew`);
    this.#done.push({ ...facts, what });
  };

  list(what?: string | null): readonly Effect[] {
    return what ? this.#done.filter((effect) => effect.what === what) : this.#done;
  }
}
