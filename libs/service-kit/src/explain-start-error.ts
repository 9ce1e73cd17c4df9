/** The variables that say where a process listens, and how another port is given. */
export interface Listening {
  readonly host: string;
  readonly port: string;
  /** Of a port: `npm start -- --port 8421` */
  readonly example: (port: number) => string;
  readonly portDefault: number;
}

/** What a person can do about a port or an address that cannot be had. */
function adviceOf(code: string | undefined, { host, port, example, portDefault }: Listening) {
  switch (code) {
    case 'EADDRINUSE':
      return `${port}: the port is in use. Example: ${example(portDefault + 1)}`;
    case 'EACCES':
      return `${port}: this user may not listen on the port. Example: ${example(portDefault)}`;
    case 'EADDRNOTAVAIL':
      return `${host}: this machine does not have the address. Example: ${host}=127.0.0.1`;
    case 'ENOTFOUND':
      return `${host}: the name is not known. Example: ${host}=127.0.0.1`;
    default:
      return undefined;
  }
}

/** Why a start failed, in one line: the name of the variable that would mend it where one would, else what was said. */
export function explainStartError(error: unknown, listening: Listening): string {
  if (!(error instanceof Error)) return String(error);
  const { code, syscall } = error as NodeJS.ErrnoException;
  const advice = syscall === 'listen' || syscall === 'getaddrinfo' ? adviceOf(code, listening) : undefined;
  return advice === undefined ? error.message : `${advice} (${error.message})`;
}
