import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";

/** Region that stack.yaml names. */
const region = "eu-west-1";

/** AWS_ENDPOINT_URL leads to the emulator; the client reads it itself. */
const client = new SecretsManagerClient({
  region,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

/** Name at the source of an application's secret. */
export function secretName(app: string): string {
  return `slipway/application/local/${app}`;
}

/** Writes a secret's whole value; objects as JSON. */
export async function putSecret(
  name: string,
  value: string | Record<string, string>,
): Promise<void> {
  const SecretString = typeof value === "string" ? value : JSON.stringify(value);
  try {
    await client.send(new PutSecretValueCommand({ SecretId: name, SecretString }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    await client.send(new CreateSecretCommand({ Name: name, SecretString }));
  }
}

/** Value of a secret; undefined where there is none. */
export async function readSecret(name: string): Promise<string | undefined> {
  try {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: name }));
    return SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Removes a secret at once. */
export async function deleteSecret(name: string): Promise<void> {
  await client.send(new DeleteSecretCommand({ SecretId: name, ForceDeleteWithoutRecovery: true }));
}
