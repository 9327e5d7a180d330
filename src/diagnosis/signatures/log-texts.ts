// What agents print when they cannot connect, by what it means: package/run.sh (with curl and jq), the Go program and its TLS, and
// remotedialer, in the spellings of Rancher 2.1 to 2.14 and of the curl and Go that their images carry. Only the stable core of a text.

export const UNRESOLVED =
  /Could(?:n't| not) resolve host:? *'?([^\s')]*)|no such host|server misbehaving|[Tt]emporary failure in name resolution|Resolving timed out|lookup \S+(?: on \S+)?: .*(?:i\/o timeout|connection refused)/

export const NO_CONNECTION =
  /Failed to connect to \S+ port|[Cc]onnection timed out|Operation timed out|connection refused|i\/o timeout|[Nn]o route to host|network is unreachable|connection reset by peer|Connection was reset|Empty reply from server|SSL connection timeout|TLS handshake timeout|context deadline exceeded|SSL_ERROR_SYSCALL|Could not connect to server/i

export const PROXY_FAILS =
  /proxyconnect|Could(?:n't| not) resolve proxy|from proxy after CONNECT|CONNECT tunnel failed|[Pp]roxy CONNECT aborted|Proxy Authentication Required|returned error: 407/

/** `/ping is not accessible (The requested URL returned error: 404 Not Found)`; the reason only in older curl. */
export const PING_REFUSED = /returned error: (\d{3})/

/** jq meets a web page, or openssl what is no certificate. */
export const NOT_RANCHER = /parse error|does not look like an x509 certificate/

/** 2.2 and later; 2.1 lets openssl say it (NOT_RANCHER), with nothing behind `Retrieved cacerts:`. */
export const NO_CACERTS = /CATTLE_CA_CHECKSUM is set but there is no CA certificate configured/

export const CHECKSUM_MISMATCH =
  /Configured cacerts checksum \((\w+)\) does not match given --ca-checksum \((\w*)\)/

export const X509 =
  /x509: .*|Certificate chain is not complete.*|Issuer of last certificate found in chain.*|Server certificate (?:is not valid|does not contain).*|Cert(?:if)?icate's Subject .* does not match.*|Strict CA verification is enabled but.*/

export const X509_DATES =
  /certificate has expired or is not yet valid(?:: current time (\S+) is (after|before) (\S+?)[.)]*(?:\s|$))?|Server certificate is not valid, please check if the host has the correct time/

export const X509_NAME =
  /certificate is (?:not )?valid for|cannot validate certificate for|doesn't contain any IP SANs|not contain correct DNS|not valid for any names|relies on legacy Common Name|Fake Certificate/

export const X509_CHAIN =
  /Certificate chain is not complete|Issuer of last certificate found in chain|Subject .* does not match with previous certificate Issuer/

/** Whom the certificate is of that the agents were shown, where they print it (2.3.2 and later). */
export const X509_ISSUER = /Issuer of last certificate found in chain \(([^)]*)\)/

export const HANDSHAKE_REFUSED = /websocket: bad handshake|Response status: \d{3}/

/** `Response status: 400 - 400 Bad Request. Response body: cluster not found` (2.3 and later). */
export const HANDSHAKE_ANSWER =
  /Response status: (\d{3})[^.]*\. Response body: ([^"]*?)(?:: websocket: bad handshake)?$/

export const CLUSTER_NOT_FOUND = /Response body: .*cluster not found/

export const NO_SERVICE_ACCOUNT =
  /cattle-system\/cattle ca\/token|failed to find service account|no secret exists for service account|serviceaccounts? "cattle" not found|error looking up service account|No API token found for service account|(?:token|caCert) empty|missing node or cluster registration info/

export const IMAGE_BROKEN =
  /[Ee]mbedded rancher failed to start|jailer\.sh|exec format error|exec .*(?:executable file not found|no such file or directory)|OCI runtime create failed|permission denied: unknown/

export const TUNNEL_CUT =
  /websocket: close \d+|unexpected EOF|use of closed network connection|broken pipe/
