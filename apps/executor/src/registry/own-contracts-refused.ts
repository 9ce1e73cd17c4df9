import type { Problem } from '@action-do/contracts';

/** Definitions of this process break what is registered of their versions: another version may differ, this one not. */
export class OwnContractsRefused extends Error {
  readonly code = 'OWN_CONTRACTS_REFUSED';

  constructor(readonly problems: readonly Problem[]) {
    super(
      `${problems.map(({ detail }) => detail).join(' ')} Give what changed another version in its defineAction, and leave the old one beside it as it was.`,
    );
    this.name = 'OwnContractsRefused';
  }
}
