// What the document brings: where the server is and who this application is to it.
export interface PageData {
  adminEndpoint: string;
  apiEndpoint: string;
  /** The indicator of the Management API. */
  resource: string;
  /** That of the tenant in which the administrators have their accounts. */
  adminResource: string;
  appId: string;
  tenantId: string;
}

const element = typeof document === 'undefined' ? null : document.getElementById('console');

export const page: PageData = element ? JSON.parse(element.textContent ?? '') as PageData
  : { adminEndpoint: '', apiEndpoint: '', resource: '', adminResource: '', appId: '', tenantId: '' };	// tests without a document

/** Allows our style elements, where the policy asks for it. */
export const styleNonce = element?.nonce ?? '';

// a library of Mantine's dialogs looks for it here
(globalThis as { __webpack_nonce__?: string }).__webpack_nonce__ = styleNonce;

export const basePath = '/console';
