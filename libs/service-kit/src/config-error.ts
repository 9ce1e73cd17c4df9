/** A value that a process cannot start with: names it, says what is wrong, and gives one that would do. */
export class ConfigError extends Error {
  readonly code = 'CONFIG_INVALID';
  constructor(complaints: readonly string[]) {
    super(complaints.join('\n'));
    this.name = 'ConfigError';
  }
}
