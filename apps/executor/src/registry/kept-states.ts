import { NOTHING_REGISTERED, type RegistryState } from '@action-do/domain';

/** Characters of contracts that are kept, of all actions together; in memory they take some times that. */
export const KEPT_CHARACTERS_MAX = 8 * 1024 * 1024;

interface Kept {
  readonly state: RegistryState;
  readonly characters: number;
}

/**
 * What was folded of each action's stream, so that the next look reads only what is new. Bounded by what the contracts
 * weigh: what was asked for longest ago is forgotten, and what is too large by itself is not kept.
 */
export class KeptStates {
  /** The one that was asked for last comes last. */
  private readonly byStream = new Map<string, Kept>();
  private characters = 0;

  get(stream: string): RegistryState {
    return this.byStream.get(stream)?.state ?? NOTHING_REGISTERED;
  }

  /** Reads cross: one that has seen less than what is kept changes nothing. */
  keep(stream: string, state: RegistryState): void {
    const before = this.byStream.get(stream);
    if (before !== undefined && before.state.revision > state.revision) return;
    const characters = before?.state === state ? before.characters : charactersOf(state);
    this.forget(stream);
    if (state.versions.size === 0 || characters > KEPT_CHARACTERS_MAX) return;
    this.byStream.set(stream, { state, characters });
    this.characters += characters;
    while (this.characters > KEPT_CHARACTERS_MAX) {
      const [oldest = stream] = this.byStream.keys();
      this.forget(oldest);
    }
  }

  forget(stream: string): void {
    this.characters -= this.byStream.get(stream)?.characters ?? 0;
    this.byStream.delete(stream);
  }
}

function charactersOf({ versions }: RegistryState): number {
  let characters = 0;
  for (const { registered } of versions.values()) characters += JSON.stringify(registered).length;
  return characters;
}
