// Calls to the gateway. They never throw: status 0 means that no answer came.

const TIMEOUT = 30000; // the gateway answers within 10 s, with 202 if need be

function secondsToWait(header) {
  const seconds = parseInt(header || "", 10);
  return seconds > 0 ? Math.min(seconds, 3600) : null;
}

async function call(method, path, token, body) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT);
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  try {
    const response = await fetch(path, {
      method,
      headers,
      body: body ? JSON.stringify(body) : undefined,
      cache: "no-store",
      credentials: "omit",
      signal: abort.signal,
    });
    const wait = secondsToWait(response.headers.get("Retry-After"));
    const text = await response.text();
    let parsed = null;
    try {
      parsed = JSON.parse(text);
    } catch (error) {
      // A proxy's error page has no JSON. A success without it was cut short: ask again.
      if (response.ok && response.status !== 202) return { status: 0, body: {}, wait: null };
    }
    return { status: response.status, body: parsed || {}, wait };
  } catch (error) {
    return { status: 0, body: {}, wait: null };
  } finally {
    clearTimeout(timer);
  }
}

export const createSession = () => call("POST", "/chat/session", null, {});

export const history = (token, after) =>
  call("GET", `/chat/messages?after=${encodeURIComponent(after)}`, token);

export const handOver = (token) => call("POST", "/chat/handover", token, {});

export const takeOver = (code) => call("POST", "/chat/continue", null, { code });

export const answersSoFar = (token) => call("GET", "/chat/answers", token);

export function postMessage(token, entry, seen) {
  const body = { id: entry.client_id };
  if (entry.choice === undefined) body.text = entry.text;
  else body.choice = entry.choice;
  if (seen) body.seen = seen;
  return call("POST", "/chat/messages", token, body);
}
