/* See tls.h. */
#include "http/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/check.h"

enum { SESSIONS_MAX = 4096, SESSION_SECONDS = 3600 };

struct tls_context {
    SSL_CTX *ctx;
};

struct tls_session {
    SSL *ssl;
    BIO *in; /* both belong to ssl */
    BIO *out;
};

static const unsigned char protocol[] = "\x08http/1.1"; /* length and name, as ALPN requires */

static int on_alpn(SSL *ssl, const unsigned char **ret_chosen, unsigned char *ret_size, const unsigned char *available,
                   unsigned size, void *context)
{
    (void)ssl, (void)context;
    unsigned char *chosen;
    int result = SSL_select_next_proto(&chosen, ret_size, protocol, sizeof(protocol) - 1, available, size);
    if (result != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
    *ret_chosen = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static bool context_limit(SSL_CTX *ctx)
{
    static const unsigned char name[] = "boxoffice";
    SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_SERVER);
    SSL_CTX_sess_set_cache_size(ctx, SESSIONS_MAX);
    SSL_CTX_set_timeout(ctx, SESSION_SECONDS);
    SSL_CTX_set_alpn_select_cb(ctx, on_alpn, NULL);
    return SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) && SSL_CTX_set_max_early_data(ctx, 0) &&
           SSL_CTX_set_cipher_list(ctx, "ECDHE+AESGCM:ECDHE+CHACHA20") &&
           SSL_CTX_set_session_id_context(ctx, name, sizeof(name) - 1);
}

static err refuse(SSL_CTX *ctx, const char *what, const char *file, char *ret_reason, size_t size)
{
    const char *why = ERR_reason_error_string(ERR_peek_last_error());
    snprintf(ret_reason, size, "%s %s cannot be used: %s", what, file, why ? why : "unknown reason");
    ERR_clear_error();
    SSL_CTX_free(ctx);
    return ERR_INTERNAL;
}

err tls_context_new(const char *certificate_file, const char *key_file, char *ret_reason, size_t size,
                    struct tls_context **ret_context)
{
    ERR_clear_error();
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    CHECK(ctx != NULL && context_limit(ctx));
    if (SSL_CTX_use_certificate_chain_file(ctx, certificate_file) != 1)
        return refuse(ctx, "TLS certificate", certificate_file, ret_reason, size);
    if (SSL_CTX_use_PrivateKey_file(ctx, key_file, SSL_FILETYPE_PEM) != 1 || SSL_CTX_check_private_key(ctx) != 1)
        return refuse(ctx, "TLS key", key_file, ret_reason, size);
    struct tls_context *context = malloc(sizeof(*context));
    CHECK(context != NULL);
    context->ctx = ctx;
    *ret_context = context;
    return OK;
}

void tls_context_free(struct tls_context *context)
{
    if (!context) return;
    SSL_CTX_free(context->ctx);
    free(context);
}

struct tls_session *tls_session_new(struct tls_context *context)
{
    struct tls_session *session = calloc(1, sizeof(*session));
    CHECK(session != NULL);
    session->ssl = SSL_new(context->ctx);
    session->in = BIO_new(BIO_s_mem());
    session->out = BIO_new(BIO_s_mem());
    CHECK(session->ssl && session->in && session->out);
    SSL_set_bio(session->ssl, session->in, session->out);
    SSL_set_accept_state(session->ssl);
    return session;
}

void tls_session_free(struct tls_session *session)
{
    if (!session) return;
    SSL_free(session->ssl);
    free(session);
}

void tls_receive(struct tls_session *session, str ciphertext)
{
    int n = BIO_write(session->in, ciphertext.p, (int)ciphertext.n);
    CHECK(n == (int)ciphertext.n); /* memory only */
}

enum tls_result tls_read(struct tls_session *session, char *ret_bytes, size_t size, size_t *ret_n)
{
    ERR_clear_error();
    int result = SSL_read_ex(session->ssl, ret_bytes, size, ret_n);
    if (result == 1) return TLS_BYTES;
    switch (SSL_get_error(session->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return TLS_WAIT;
    case SSL_ERROR_ZERO_RETURN:
        return TLS_END;
    default:
        return TLS_FAILED;
    }
}

bool tls_write(struct tls_session *session, str plaintext)
{
    if (plaintext.n == 0) return true;
    size_t n;
    ERR_clear_error();
    return SSL_write_ex(session->ssl, plaintext.p, plaintext.n, &n) == 1 && n == plaintext.n;
}

void tls_close(struct tls_session *session)
{
    ERR_clear_error();
    if (SSL_is_init_finished(session->ssl)) SSL_shutdown(session->ssl);
}

str tls_output(struct tls_session *session)
{
    char *p = NULL;
    long n = BIO_get_mem_data(session->out, &p);
    return (str){p, n > 0 ? (size_t)n : 0};
}

void tls_output_clear(struct tls_session *session)
{
    (void)BIO_reset(session->out);
}
