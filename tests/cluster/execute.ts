import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { Exec } from "@kubernetes/client-node";
import type { V1Status } from "@kubernetes/client-node";
import { environment } from "./kubernetes.ts";

/** A container that runs. */
export interface Target {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

const exec = new Exec(environment.kubeconfig);

/**
 * Runs a command in a container.
 *
 * @returns what it printed.
 * @throws an error with what it complained of, where it exits with another status than 0.
 */
export async function execute(target: Target, command: readonly string[]): Promise<string> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const printed = Promise.all([text(stdout), text(stderr)]);
  const status = await new Promise<V1Status>((resolve, reject) => {
    exec
      .exec(
        target.namespace,
        target.pod,
        target.container,
        [...command],
        stdout,
        stderr,
        null,
        false,
        resolve,
      )
      .then((socket) => {
        // Without this a connection that breaks before the status would be waited for in vain.
        (socket as EventTarget).addEventListener("close", () => {
          reject(new Error(`the connection to ${target.pod} ended`));
        });
      }, reject);
  });
  stdout.end();
  stderr.end();
  const [output, complaints] = await printed;
  if (status.status !== "Success")
    throw new Error(`${command.join(" ")}: ${complaints || (status.message ?? "failed")}`);
  return output;
}
