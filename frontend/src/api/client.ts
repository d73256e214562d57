/** The one way to the server: JSON, session cookie, CSRF token, errors in plain words. */
import { i18n } from "@/i18n";
import type { Issue } from "./types";

export class ApiError extends Error {
  readonly status: number;
  readonly issues: Issue[];
  readonly body: unknown;

  constructor(status: number, message: string, body: unknown) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.body = body;
    this.issues = issuesIn(body);
  }

  /** Nothing reached the server, or nothing came back: worth trying again. */
  get isOffline(): boolean {
    return this.status === 0;
  }
}

function issuesIn(body: unknown): Issue[] {
  if (typeof body !== "object" || body === null || !("issues" in body)) return [];
  return Array.isArray(body.issues) ? (body.issues as Issue[]) : [];
}

function messageIn(body: unknown): string | null {
  if (typeof body !== "object" || body === null) return null;
  if ("message" in body && typeof body.message === "string") return body.message;
  return "detail" in body && typeof body.detail === "string" ? body.detail : null;
}

let csrfToken = "";

export function setCsrfToken(token: string): void {
  csrfToken = token;
}

/** Sends a form to a page of Django's own, beside the API. */
export async function post(address: string, form: URLSearchParams): Promise<void> {
  await fetch(address, {
    method: "POST",
    headers: { Accept: "application/json", "X-CSRFToken": csrfToken },
    credentials: "same-origin",
    body: form,
  });
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export async function call<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, body);
  const parsed = await parse(response);
  if (response.ok) return parsed as T;
  throw new ApiError(response.status, messageIn(parsed) ?? sentence(response.status), parsed);
}

async function send(method: Method, path: string, body: unknown): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  if (method !== "GET") headers["X-CSRFToken"] = csrfToken;
  try {
    return await fetch(`/api/${path}`, {
      method,
      headers,
      credentials: "same-origin",
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw new ApiError(0, i18n.t("error.offline"), null);
  }
}

async function parse(response: Response): Promise<unknown> {
  if (response.status === 204) return null;
  try {
    return await response.json();
  } catch {
    return null;
  }
}

function sentence(status: number): string {
  if (status === 401 || status === 403) return i18n.t("error.forbidden");
  if (status === 404) return i18n.t("error.notFound");
  if (status === 429) return i18n.t("error.tooMany");
  return status >= 500 ? i18n.t("error.server") : i18n.t("error.refused");
}

/** A sentence for the screen, whatever was thrown. */
export function plainMessage(error: unknown): string {
  return error instanceof ApiError ? error.message : i18n.t("error.unexpected");
}
