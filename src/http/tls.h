/* TLS by OpenSSL in memory: converts ciphertext to plaintext and back, and never uses a socket.
 *
 * TLS 1.3, and 1.2 with ECDHE and an AEAD cipher; no early data, because it can be replayed; ALPN http/1.1.
 * Sessions are resumed from a bounded cache in the server rather than from tickets, so there is no ticket key that
 * would have to be rotated to keep forward secrecy. Network thread only. */
#ifndef HTTP_TLS_H
#define HTTP_TLS_H

#include "base/err.h"
#include "base/str.h"

struct tls_context; /* one per server */
struct tls_session; /* one per connection */

/* Loads the certificate chain and key. On failure writes a message for the operator and returns ERR_INTERNAL. */
MUST_CHECK err tls_context_new(const char *certificate_file, const char *key_file, char *ret_reason, size_t size,
                               struct tls_context **ret_context);
void tls_context_free(struct tls_context *context); /* accepts NULL */

struct tls_session *tls_session_new(struct tls_context *context);
void tls_session_free(struct tls_session *session); /* accepts NULL */

/* Ciphertext from the peer. */
void tls_receive(struct tls_session *session, str ciphertext);

enum tls_result {
    TLS_BYTES, /* *ret_n bytes of plaintext were stored */
    TLS_WAIT,  /* more ciphertext is required */
    TLS_END,   /* the peer has closed the session */
    TLS_FAILED /* invalid TLS; an alert may be in tls_output() */
};

/* Reads plaintext, continuing the handshake if necessary. */
enum tls_result tls_read(struct tls_session *session, char *ret_bytes, size_t size, size_t *ret_n);

/* Encrypts. False when the session is broken. */
bool tls_write(struct tls_session *session, str plaintext);

/* Sends close_notify. */
void tls_close(struct tls_session *session);

/* Ciphertext to send; valid until the next call for this session. tls_output_clear() discards it. */
str tls_output(struct tls_session *session);
void tls_output_clear(struct tls_session *session);

#endif
