// Gives the extension for YAML the JSON Schemas of our files, as the server that is found prints them: its rules, kinds
// and forms are in them, those of the workspace too, so a schema never contradicts the check.

export const SCHEME = "reportlint-schema";
const KINDS = new Set(["settings", "rule", "profile", "waivers"]);

/** What the YAML extension lets others register. */
export interface Registry {
  registerContributor(
    scheme: string,
    requestSchema: (resource: string) => string | undefined,
    requestSchemaContent: (uri: string) => Promise<string>,
  ): boolean;
}

/** Registers for the addresses that package.json gives under `yamlValidation`; false where somebody has done so before. */
export function register(registry: Registry, print: (kind: string) => Promise<string>): boolean {
  return registry.registerContributor(
    SCHEME,
    () => undefined, // which file has which schema stands in package.json
    async (uri) => {
      const kind = uri.slice(`${SCHEME}:`.length).replace(/^\/+/, "");
      if (!KINDS.has(kind)) {
        throw new Error(`${uri}: no such schema; known: ${[...KINDS].join(", ")}`);
      }
      return print(kind);
    },
  );
}
