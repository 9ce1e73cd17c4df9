/**
 * Whether the service in this container is ready: exit code 0. Asks where the variables of the services say that they
 * listen, else where they do by default; a url may be given instead.
 */
const { DO_HTTP_PORT, DO_HEALTH_PORT, DO_EVENT_LOG_HTTP_PORT } = process.env;
const ports = [DO_HTTP_PORT, DO_HEALTH_PORT, DO_EVENT_LOG_HTTP_PORT, '8420', '8421', '8422'].filter(Boolean);
const given = process.argv[2];
const urls = given ? [given] : ports.map((port) => `http://127.0.0.1:${port}/health/ready`);

const isReady = (url) =>
  fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    ({ ok }) => ok,
    () => false,
  );

const found = await Promise.all(urls.map(isReady));
process.exit(found.includes(true) ? 0 : 1);
