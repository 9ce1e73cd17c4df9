/** Enough to know what is the matter. */
const SHOWN_MAX = 5;

/** Not one of the servers takes the connection: nothing was begun. */
export class NatsUnavailable extends Error {
  readonly code = 'NATS_UNAVAILABLE';
  /** @param servers "host:port", without credentials */
  constructor(
    readonly servers: readonly string[],
    why: string,
    options?: ErrorOptions,
  ) {
    super(`NATS at ${servers.join(', ')} is not available: ${why}`, options);
    this.name = 'NatsUnavailable';
  }
}

/** The server has a known hole and is refused; `insecureDev` is for tests and a machine of one's own. */
export class UnsafeNatsServer extends Error {
  readonly code = 'UNSAFE_NATS_SERVER';
  constructor(readonly version: string) {
    super(
      `nats-server ${version || 'of unknown version'} is refused: CVE-2023-47090 lets anybody in without a password ` +
        'under some configurations. Install 2.9.23, 2.10.2 or newer; for tests alone, DO_INSECURE_DEV=1 overrides this',
    );
    this.name = 'UnsafeNatsServer';
  }
}

/** The server was told to carry no headers (`no_header_support`), and every message of ours has some. */
export class NatsWithoutHeaders extends Error {
  readonly code = 'NATS_WITHOUT_HEADERS';
  constructor(readonly server: string) {
    super(`nats-server at ${server} carries no headers: take no_header_support out of its configuration`);
    this.name = 'NatsWithoutHeaders';
  }
}

/** A stream would answer requests in the place of the service: its acknowledgement comes first. */
export class StreamCoversRequests extends Error {
  readonly code = 'STREAM_COVERS_REQUESTS';
  constructor(
    readonly stream: string,
    readonly subject: string,
    readonly requestPattern: string,
  ) {
    super(
      `JetStream stream ${stream} takes ${subject}, which covers requests to ${requestPattern}: ` +
        'its acknowledgement would be taken for the answer. Remove the subject from the stream',
    );
    this.name = 'StreamCoversRequests';
  }
}

/** Reported, never thrown: whether a stream covers requests could not be found out. */
export class StreamsUnchecked extends Error {
  readonly code = 'STREAMS_UNCHECKED';
  constructor(options: ErrorOptions) {
    super(
      'the JetStream streams could not be listed, so none is known not to cover requests; ' +
        'allow this user to publish $JS.API.STREAM.LIST',
      options,
    );
    this.name = 'StreamsUnchecked';
  }
}

/** The user of this connection may do what only others are to do: the server has no allow-lists, or the wrong ones. */
export class NatsRightsTooWide extends Error {
  readonly code = 'NATS_RIGHTS_TOO_WIDE';
  /**
   * @param excess what the server let pass
   * @param hasUser whether the url names a user, as it does where somebody has given rights
   */
  constructor(
    readonly role: string,
    readonly excess: readonly { readonly deed: string; readonly subject: string }[],
    readonly hasUser: boolean,
  ) {
    const shown = excess.slice(0, SHOWN_MAX).map(({ deed, subject }) => `${deed} ${subject}`);
    const more = excess.length > SHOWN_MAX ? ` and ${excess.length - SHOWN_MAX} more` : '';
    super(
      `the NATS server lets this user do what is not for ${role}: ${shown.join(', ')}${more}. Give it the allow-lists ` +
        'of infra/nats.conf',
    );
    this.name = 'NatsRightsTooWide';
  }
}

/** Reported, never thrown: the server refuses what this connection wanted to publish or to subscribe. */
export class NatsPermissionDenied extends Error {
  readonly code = 'NATS_PERMISSION_DENIED';
  constructor(readonly subject: string) {
    super(`the NATS server denies this user ${subject}: allow it in the permissions of its account`);
    this.name = 'NatsPermissionDenied';
  }
}
