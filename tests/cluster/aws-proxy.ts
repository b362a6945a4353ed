import { apps, apply, core, eventually, isReady, remove } from "./kubernetes.ts";
import type { Manifest } from "./kubernetes.ts";
import { execute } from "./execute.ts";
import type { Target } from "./execute.ts";
import { edges } from "./https.ts";

const namespace = "suite-aws";
const name = "proxy";
const labels = { app: name };
const port = 8080;

/** How AWS can answer instead of doing what it was asked. */
export type Fault = "ThrottlingException" | "AccessDeniedException";
const faults: readonly Fault[] = ["ThrottlingException", "AccessDeniedException"];

const home: Manifest = { apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } };

/**
 * Stands between the secrets operator and the AWS emulator: counts the calls, and answers with an
 * error of AWS when told to.
 *
 * It is the NGINX of the edge's image, which every cluster of this suite has already.
 */
export class AwsProxy {
  /** Endpoint for pods. */
  readonly endpoint = `http://${name}.${namespace}.svc:${String(port)}`;

  /** @param upstream the emulator, as pods reach it. */
  async deploy(upstream: string): Promise<void> {
    await apply(home);
    await apply({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace },
      data: { "nginx.conf": configuration(upstream) },
    });
    await apply({
      apiVersion: "v1",
      kind: "Service",
      metadata: { name, namespace },
      spec: { selector: labels, ports: [{ port }] },
    });
    await apply(deployment(await edgeImage()));
    await eventually("the proxy before the AWS emulator", 60, async () => {
      const { items } = await core.listNamespacedPod({ namespace });
      return items.some(isReady) ? true : undefined;
    });
  }

  async remove(): Promise<void> {
    await remove(home);
  }

  /** Every call fails like this from now on; undefined lets them through. */
  async answer(fault: Fault | undefined): Promise<void> {
    const files = faults.map(switchOf).join(" ");
    const on = fault === undefined ? "" : ` && touch ${switchOf(fault)}`;
    await execute(await this.#target(), ["sh", "-c", `rm -f ${files}${on}`]);
  }

  /** How often a secret's value was asked for since it was deployed. */
  async reads(): Promise<number> {
    const { pod, container } = await this.#target();
    const log = await core.readNamespacedPodLog({ namespace, name: pod, container });
    return log.split("\n").filter((line) => line.startsWith("secretsmanager.GetSecretValue"))
      .length;
  }

  async #target(): Promise<Target> {
    const { items } = await core.listNamespacedPod({ namespace });
    const pod = items.find(isReady)?.metadata?.name;
    if (pod === undefined) throw new Error("the proxy has no pod");
    return { namespace, pod, container: name };
  }
}

function switchOf(fault: Fault): string {
  return `/tmp/${fault}`;
}

function configuration(upstream: string): string {
  const refusals = faults.map(
    (fault) => `
      if (-f ${switchOf(fault)}) {
        return 400 '{"__type":"${fault}","message":"answered by the test"}';
      }`,
  );
  return `
pid /tmp/nginx.pid;
error_log stderr;
events {}
http {
  log_format calls '$http_x_amz_target $status';
  access_log /dev/stdout calls;
  client_body_temp_path /tmp/body;
  proxy_temp_path /tmp/proxy;
  fastcgi_temp_path /tmp/fastcgi;
  uwsgi_temp_path /tmp/uwsgi;
  scgi_temp_path /tmp/scgi;
  default_type application/x-amz-json-1.1;
  server {
    listen ${String(port)};
    location = /ready { return 200; }
    location / {${refusals.join("")}
      proxy_pass ${upstream};
    }
  }
}`;
}

async function edgeImage(): Promise<string> {
  const { namespace: edge, service } = edges.ingressNginx;
  const { spec } = await apps.readNamespacedDeployment({ namespace: edge, name: service });
  const image = spec?.template.spec?.containers[0]?.image;
  if (image === undefined) throw new Error(`Deployment ${edge}/${service} has no image`);
  return image;
}

function deployment(image: string): Manifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          automountServiceAccountToken: false,
          terminationGracePeriodSeconds: 1,
          containers: [
            {
              name,
              image,
              command: ["nginx", "-c", "/etc/proxy/nginx.conf", "-g", "daemon off;"],
              securityContext: { runAsNonRoot: true, runAsUser: 101 },
              readinessProbe: { httpGet: { path: "/ready", port }, periodSeconds: 1 },
              resources: { requests: { cpu: "10m", memory: "32Mi" } },
              volumeMounts: [
                { name: "configuration", mountPath: "/etc/proxy" },
                { name: "tmp", mountPath: "/tmp" },
              ],
            },
          ],
          volumes: [
            { name: "configuration", configMap: { name } },
            { name: "tmp", emptyDir: {} },
          ],
        },
      },
    },
  };
}
