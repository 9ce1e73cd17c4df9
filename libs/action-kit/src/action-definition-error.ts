/** The definition of an action is wrong: thrown by `defineAction` while the module loads, never while an action runs. */
export class ActionDefinitionError extends Error {
  override readonly name = 'ActionDefinitionError';

  /** @param action the name as it was given, whatever it was  @param complaint what is wrong and what to write instead */
  constructor(
    readonly action: unknown,
    complaint: string,
  ) {
    super(`action ${typeof action === 'string' ? `'${action}'` : '(no name)'}: ${complaint}`);
  }
}
