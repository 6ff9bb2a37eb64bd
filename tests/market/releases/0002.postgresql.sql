--
-- PostgreSQL database dump
--


-- Dumped from database version 18.4
-- Dumped by pg_dump version 18.4

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

--
-- Name: refuse_change(); Type: FUNCTION; Schema: public; Owner: -
--

CREATE FUNCTION public.refuse_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$;


SET default_tablespace = '';

SET default_table_access_method = heap;

--
-- Name: achievement; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.achievement (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    owner_party_id uuid NOT NULL,
    created_by uuid,
    broker_id uuid,
    title character varying(120) NOT NULL,
    summary text NOT NULL,
    keywords jsonb NOT NULL,
    field_code character varying(8) NOT NULL,
    industry_code character varying(8),
    local_industry_code character varying(8),
    region_code character varying(16),
    disclosure jsonb NOT NULL,
    status character varying(32) NOT NULL,
    return_reason character varying(1000) NOT NULL,
    submitted_at timestamp with time zone,
    published_at timestamp with time zone,
    expires_at timestamp with time zone,
    renewed_at timestamp with time zone,
    content_hash character varying(64) NOT NULL,
    origin character varying(32) NOT NULL,
    source_ref character varying(120),
    category character varying(32) NOT NULL,
    registration_no character varying(20),
    registered_on date,
    description text NOT NULL,
    confidential_detail text NOT NULL,
    form_code character varying(16),
    attribute_code character varying(16),
    level_code character varying(16),
    evaluation_method_code character varying(16),
    evaluator character varying(100) NOT NULL,
    evaluated_on date,
    plan_source_code character varying(16),
    stage character varying(32) NOT NULL,
    trl integer,
    completers jsonb NOT NULL,
    transfer_ways jsonb NOT NULL,
    asking_price_cny numeric(18,2),
    exclusive_only boolean NOT NULL,
    offered_region_codes jsonb NOT NULL,
    available_from date,
    wants_broker boolean NOT NULL,
    CONSTRAINT ck_achievement_achievement_category CHECK (((category)::text = ANY ((ARRAY['applied'::character varying, 'basic'::character varying, 'soft'::character varying])::text[]))),
    CONSTRAINT ck_achievement_achievement_stage CHECK (((stage)::text = ANY ((ARRAY['early'::character varying, 'pilot'::character varying, 'mature'::character varying])::text[]))),
    CONSTRAINT ck_achievement_asking_price CHECK (((asking_price_cny IS NULL) OR (asking_price_cny >= (0)::numeric))),
    CONSTRAINT ck_achievement_listing_status CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'submitted'::character varying, 'returned'::character varying, 'published'::character varying, 'in_talks'::character varying, 'signed'::character varying, 'withdrawn'::character varying, 'expired'::character varying])::text[]))),
    CONSTRAINT ck_achievement_origin CHECK (((origin)::text = ANY ((ARRAY['entered'::character varying, 'imported'::character varying, 'demo'::character varying, 'generated'::character varying])::text[]))),
    CONSTRAINT ck_achievement_trl CHECK (((trl IS NULL) OR ((trl >= 1) AND (trl <= 9))))
);


--
-- Name: achievement_indicator; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.achievement_indicator (
    id uuid NOT NULL,
    "position" integer NOT NULL,
    name character varying(100) NOT NULL,
    operator character varying(32) NOT NULL,
    value numeric(24,9),
    value_high numeric(24,9),
    unit character varying(40) NOT NULL,
    text character varying(200) NOT NULL,
    achievement_id uuid NOT NULL,
    CONSTRAINT ck_achievement_indicator_indicator_operator CHECK (((operator)::text = ANY ((ARRAY['ge'::character varying, 'le'::character varying, 'between'::character varying, 'eq'::character varying, 'text'::character varying])::text[])))
);


--
-- Name: alembic_version; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);


--
-- Name: audit_entry; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.audit_entry (
    seq bigint NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    actor_role character varying(32) NOT NULL,
    tag character varying(64) NOT NULL,
    subject_id uuid,
    facts text NOT NULL,
    hash_alg character varying(16) NOT NULL,
    prev_hash character varying(64) NOT NULL,
    hash character varying(64) NOT NULL
);


--
-- Name: broker; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.broker (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    user_id uuid NOT NULL,
    party_id uuid,
    name character varying(100) NOT NULL,
    qualification_code character varying(16) NOT NULL,
    certificate_no character varying(60) NOT NULL,
    qualified_until date,
    field_codes jsonb NOT NULL,
    industry_codes jsonb NOT NULL,
    region_codes jsonb NOT NULL,
    max_load integer NOT NULL,
    is_active boolean NOT NULL,
    CONSTRAINT ck_broker_max_load CHECK ((max_load >= 0))
);


--
-- Name: closed_year; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.closed_year (
    id uuid NOT NULL,
    year integer NOT NULL,
    closed_at timestamp with time zone NOT NULL,
    closed_by uuid
);


--
-- Name: contract; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.contract (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    deal_id uuid,
    need_id uuid,
    achievement_id uuid,
    project_id uuid,
    broker_id uuid,
    filed_by_party_id uuid NOT NULL,
    name character varying(120) NOT NULL,
    contract_kind_code character varying(8) NOT NULL,
    contract_subkind_code character varying(8),
    field_code character varying(8) NOT NULL,
    industry_code character varying(8),
    local_industry_code character varying(8),
    objective_code character varying(8),
    plan_source_code character varying(16) NOT NULL,
    ip_kind_codes jsonb NOT NULL,
    licence_mode_code character varying(16),
    payment_mode_code character varying(16) NOT NULL,
    is_related_party boolean NOT NULL,
    subject_matter text NOT NULL,
    ip_terms character varying(1000) NOT NULL,
    acceptance_terms character varying(1000) NOT NULL,
    signed_on date,
    effective_from date NOT NULL,
    effective_to date NOT NULL,
    contract_amount_cny numeric(18,2) NOT NULL,
    technology_amount_cny numeric(18,2) NOT NULL,
    technical_income_cny numeric(18,2) NOT NULL,
    status character varying(32) NOT NULL,
    office_code character varying(16) NOT NULL,
    rule_version character varying(40) NOT NULL,
    submitted_at timestamp with time zone,
    accepted_at timestamp with time zone,
    accepted_by uuid,
    decide_by date,
    decided_at timestamp with time zone,
    decided_by uuid,
    return_note character varying(1000) NOT NULL,
    refusal_reason_codes jsonb NOT NULL,
    registration_no character varying(16),
    registered_on date,
    origin character varying(32) NOT NULL,
    CONSTRAINT ck_contract_contract_amount CHECK ((contract_amount_cny >= (0)::numeric)),
    CONSTRAINT ck_contract_contract_status CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'submitted'::character varying, 'accepted'::character varying, 'returned'::character varying, 'registered'::character varying, 'refused'::character varying, 'deregistered'::character varying, 'revoked'::character varying])::text[]))),
    CONSTRAINT ck_contract_effective_order CHECK ((effective_to >= effective_from)),
    CONSTRAINT ck_contract_origin CHECK (((origin)::text = ANY ((ARRAY['entered'::character varying, 'imported'::character varying, 'demo'::character varying, 'generated'::character varying])::text[]))),
    CONSTRAINT ck_contract_technical_income CHECK (((technical_income_cny >= (0)::numeric) AND (technical_income_cny <= technology_amount_cny))),
    CONSTRAINT ck_contract_technology_amount CHECK (((technology_amount_cny >= (0)::numeric) AND (technology_amount_cny <= contract_amount_cny)))
);


--
-- Name: contract_change; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.contract_change (
    id uuid NOT NULL,
    contract_id uuid NOT NULL,
    number integer NOT NULL,
    reason_code character varying(32) NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    at timestamp with time zone NOT NULL,
    by_user_id uuid
);


--
-- Name: contract_party; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.contract_party (
    id uuid NOT NULL,
    contract_id uuid NOT NULL,
    side character varying(32) NOT NULL,
    "position" integer NOT NULL,
    party_id uuid,
    name character varying(100) NOT NULL,
    credit_code character varying(18),
    party_type_code character varying(8) NOT NULL,
    region_code character varying(16),
    country_code character varying(3) NOT NULL,
    address character varying(200) NOT NULL,
    legal_representative character varying(100) NOT NULL,
    CONSTRAINT ck_contract_party_contract_side CHECK (((side)::text = ANY ((ARRAY['provider'::character varying, 'acquirer'::character varying, 'intermediary'::character varying])::text[])))
);


--
-- Name: deal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deal (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    match_id uuid NOT NULL,
    need_id uuid NOT NULL,
    achievement_id uuid NOT NULL,
    provider_party_id uuid NOT NULL,
    acquirer_party_id uuid NOT NULL,
    broker_id uuid,
    status character varying(32) NOT NULL,
    agreed_at timestamp with time zone,
    agreed_proposal_id uuid,
    respond_by date,
    escalated_at timestamp with time zone,
    closed_at timestamp with time zone,
    closed_by_party_id uuid,
    close_reason_code character varying(32),
    close_note character varying(1000) NOT NULL,
    CONSTRAINT ck_deal_deal_status CHECK (((status)::text = ANY ((ARRAY['talks'::character varying, 'proposed'::character varying, 'accepted'::character varying, 'agreed'::character varying, 'closed'::character varying])::text[])))
);


--
-- Name: deal_event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.deal_event (
    id uuid NOT NULL,
    deal_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    party_id uuid,
    action character varying(32) NOT NULL,
    note character varying(2000) NOT NULL
);


--
-- Name: idempotency_record; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.idempotency_record (
    id uuid NOT NULL,
    actor_id uuid NOT NULL,
    route character varying(200) NOT NULL,
    key character varying(255) NOT NULL,
    request_hash character varying(64) NOT NULL,
    status integer,
    headers text NOT NULL,
    body bytea NOT NULL,
    created_at timestamp with time zone NOT NULL
);


--
-- Name: intellectual_property; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.intellectual_property (
    id uuid NOT NULL,
    achievement_id uuid NOT NULL,
    "position" integer NOT NULL,
    kind_code character varying(16) NOT NULL,
    number character varying(60) NOT NULL,
    title character varying(120) NOT NULL,
    status character varying(32) NOT NULL,
    filed_on date,
    expires_on date,
    CONSTRAINT ck_intellectual_property_ip_status CHECK (((status)::text = ANY ((ARRAY['filed'::character varying, 'published'::character varying, 'granted'::character varying, 'lapsed'::character varying])::text[])))
);


--
-- Name: ledger_entry; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.ledger_entry (
    id uuid NOT NULL,
    seq bigint NOT NULL,
    contract_id uuid NOT NULL,
    kind character varying(32) NOT NULL,
    year integer NOT NULL,
    month integer NOT NULL,
    effective_on date NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    is_adjustment boolean NOT NULL,
    count_delta integer NOT NULL,
    contract_amount_delta_cny numeric(18,2) NOT NULL,
    technology_amount_delta_cny numeric(18,2) NOT NULL,
    contract_kind_code character varying(8) NOT NULL,
    field_code character varying(8) NOT NULL,
    industry_code character varying(8),
    local_industry_code character varying(8),
    provider_region_code character varying(16),
    acquirer_region_code character varying(16),
    provider_in_region boolean NOT NULL,
    acquirer_in_region boolean NOT NULL,
    office_code character varying(16) NOT NULL,
    CONSTRAINT ck_ledger_entry_ledger_kind CHECK (((kind)::text = ANY ((ARRAY['registration'::character varying, 'change'::character varying, 'deregistration'::character varying, 'revocation'::character varying])::text[])))
);


--
-- Name: match; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.match (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    need_id uuid NOT NULL,
    achievement_id uuid NOT NULL,
    score double precision NOT NULL,
    parts jsonb NOT NULL,
    terms jsonb NOT NULL,
    model_version character varying(60) NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    listed_for_need boolean NOT NULL,
    listed_for_achievement boolean NOT NULL,
    source character varying(32) NOT NULL,
    status character varying(32) NOT NULL,
    broker_id uuid,
    first_interest character varying(32),
    respond_by date,
    escalated_at timestamp with time zone,
    declined_by character varying(32),
    decline_reason_code character varying(32),
    decline_note character varying(1000) NOT NULL,
    CONSTRAINT ck_match_match_source CHECK (((source)::text = ANY ((ARRAY['engine'::character varying, 'broker'::character varying])::text[]))),
    CONSTRAINT ck_match_match_status CHECK (((status)::text = ANY ((ARRAY['suggested'::character varying, 'interested'::character varying, 'consented'::character varying, 'in_deal'::character varying, 'declined'::character varying])::text[]))),
    CONSTRAINT ck_match_side CHECK (((first_interest)::text = ANY ((ARRAY['need'::character varying, 'achievement'::character varying])::text[])))
);


--
-- Name: match_event; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.match_event (
    id uuid NOT NULL,
    match_id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    actor_id uuid,
    side character varying(16) NOT NULL,
    action character varying(32) NOT NULL,
    note character varying(1000) NOT NULL
);


--
-- Name: milestone; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.milestone (
    id uuid NOT NULL,
    project_id uuid NOT NULL,
    "position" integer NOT NULL,
    title character varying(120) NOT NULL,
    measure character varying(500) NOT NULL,
    stage character varying(32) NOT NULL,
    due_on date NOT NULL,
    money_cny numeric(18,2) NOT NULL,
    status character varying(32) NOT NULL,
    assessed_on date,
    assessed_at timestamp with time zone,
    evidence character varying(500) NOT NULL,
    replaces_position integer,
    CONSTRAINT ck_milestone_milestone_status CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'met'::character varying, 'missed'::character varying])::text[]))),
    CONSTRAINT ck_milestone_project_stage CHECK (((stage)::text = ANY ((ARRAY['sample'::character varying, 'product'::character varying, 'commodity'::character varying])::text[])))
);


--
-- Name: need; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.need (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    owner_party_id uuid NOT NULL,
    created_by uuid,
    broker_id uuid,
    title character varying(120) NOT NULL,
    summary text NOT NULL,
    keywords jsonb NOT NULL,
    field_code character varying(8) NOT NULL,
    industry_code character varying(8),
    local_industry_code character varying(8),
    region_code character varying(16),
    disclosure jsonb NOT NULL,
    status character varying(32) NOT NULL,
    return_reason character varying(1000) NOT NULL,
    submitted_at timestamp with time zone,
    published_at timestamp with time zone,
    expires_at timestamp with time zone,
    renewed_at timestamp with time zone,
    content_hash character varying(64) NOT NULL,
    origin character varying(32) NOT NULL,
    source_ref character varying(120),
    problem text NOT NULL,
    key_technology text NOT NULL,
    expected_outcome text NOT NULL,
    background text NOT NULL,
    confidential_detail text NOT NULL,
    activity_type_code character varying(16),
    mode_codes jsonb NOT NULL,
    transfer_ways jsonb NOT NULL,
    budget_min_cny numeric(18,2),
    budget_max_cny numeric(18,2),
    min_trl integer,
    exclusivity character varying(32) NOT NULL,
    accepted_region_codes jsonb NOT NULL,
    needed_by date,
    solver_conditions character varying(1000) NOT NULL,
    ip_terms character varying(1000) NOT NULL,
    CONSTRAINT ck_need_budget_min CHECK (((budget_min_cny IS NULL) OR (budget_min_cny >= (0)::numeric))),
    CONSTRAINT ck_need_budget_order CHECK (((budget_max_cny IS NULL) OR (budget_min_cny IS NULL) OR (budget_max_cny >= budget_min_cny))),
    CONSTRAINT ck_need_exclusivity CHECK (((exclusivity)::text = ANY ((ARRAY['any'::character varying, 'regional'::character varying, 'exclusive'::character varying])::text[]))),
    CONSTRAINT ck_need_listing_status CHECK (((status)::text = ANY ((ARRAY['draft'::character varying, 'submitted'::character varying, 'returned'::character varying, 'published'::character varying, 'in_talks'::character varying, 'signed'::character varying, 'withdrawn'::character varying, 'expired'::character varying])::text[]))),
    CONSTRAINT ck_need_min_trl CHECK (((min_trl IS NULL) OR ((min_trl >= 1) AND (min_trl <= 9)))),
    CONSTRAINT ck_need_origin CHECK (((origin)::text = ANY ((ARRAY['entered'::character varying, 'imported'::character varying, 'demo'::character varying, 'generated'::character varying])::text[])))
);


--
-- Name: need_indicator; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.need_indicator (
    id uuid NOT NULL,
    "position" integer NOT NULL,
    name character varying(100) NOT NULL,
    operator character varying(32) NOT NULL,
    value numeric(24,9),
    value_high numeric(24,9),
    unit character varying(40) NOT NULL,
    text character varying(200) NOT NULL,
    need_id uuid NOT NULL,
    current_value character varying(100) NOT NULL,
    test_method character varying(200) NOT NULL,
    CONSTRAINT ck_need_indicator_indicator_operator CHECK (((operator)::text = ANY ((ARRAY['ge'::character varying, 'le'::character varying, 'between'::character varying, 'eq'::character varying, 'text'::character varying])::text[])))
);


--
-- Name: outbox_entry; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.outbox_entry (
    id bigint NOT NULL,
    subject character varying(32) NOT NULL,
    subject_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts integer NOT NULL,
    last_error character varying(500) NOT NULL,
    dead_at timestamp with time zone,
    CONSTRAINT ck_outbox_entry_subject CHECK (((subject)::text = ANY ((ARRAY['achievement'::character varying, 'need'::character varying])::text[])))
);


--
-- Name: outbox_entry_id_seq; Type: SEQUENCE; Schema: public; Owner: -
--

CREATE SEQUENCE public.outbox_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;


--
-- Name: outbox_entry_id_seq; Type: SEQUENCE OWNED BY; Schema: public; Owner: -
--

ALTER SEQUENCE public.outbox_entry_id_seq OWNED BY public.outbox_entry.id;


--
-- Name: party; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.party (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    kind character varying(32) NOT NULL,
    name character varying(100) NOT NULL,
    credit_code character varying(18),
    party_type_code character varying(8) NOT NULL,
    region_code character varying(16),
    country_code character varying(3) NOT NULL,
    industry_code character varying(8),
    scale character varying(16),
    address character varying(200) NOT NULL,
    legal_representative character varying(100) NOT NULL,
    contact_name character varying(100) NOT NULL,
    contact_phone character varying(40) NOT NULL,
    is_transfer_body boolean NOT NULL,
    is_research_body boolean NOT NULL,
    is_high_tech_enterprise boolean NOT NULL,
    is_listed_company boolean NOT NULL,
    origin character varying(32) NOT NULL,
    CONSTRAINT ck_party_origin CHECK (((origin)::text = ANY ((ARRAY['entered'::character varying, 'imported'::character varying, 'demo'::character varying, 'generated'::character varying])::text[]))),
    CONSTRAINT ck_party_party_kind CHECK (((kind)::text = ANY ((ARRAY['enterprise'::character varying, 'university'::character varying, 'institute'::character varying, 'brokerage'::character varying, 'authority'::character varying, 'other_organization'::character varying, 'natural_person'::character varying])::text[])))
);


--
-- Name: project; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.project (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    title character varying(120) NOT NULL,
    achievement_id uuid,
    enterprise_party_id uuid NOT NULL,
    institute_party_id uuid,
    region_code character varying(16) NOT NULL,
    field_code character varying(8) NOT NULL,
    local_industry_code character varying(8),
    stage character varying(32) NOT NULL,
    status character varying(32) NOT NULL,
    total_investment_cny numeric(18,2) NOT NULL,
    public_funding_cny numeric(18,2) NOT NULL,
    starts_on date NOT NULL,
    due_on date NOT NULL,
    transferred_on date,
    terminated_on date,
    status_note character varying(1000) NOT NULL,
    origin character varying(32) NOT NULL,
    CONSTRAINT ck_project_money CHECK (((total_investment_cny >= (0)::numeric) AND (public_funding_cny >= (0)::numeric) AND (public_funding_cny <= total_investment_cny))),
    CONSTRAINT ck_project_number CHECK ((number >= 1)),
    CONSTRAINT ck_project_origin CHECK (((origin)::text = ANY ((ARRAY['entered'::character varying, 'imported'::character varying, 'demo'::character varying, 'generated'::character varying])::text[]))),
    CONSTRAINT ck_project_project_stage CHECK (((stage)::text = ANY ((ARRAY['sample'::character varying, 'product'::character varying, 'commodity'::character varying])::text[]))),
    CONSTRAINT ck_project_project_status CHECK (((status)::text = ANY ((ARRAY['planned'::character varying, 'under_way'::character varying, 'transferred'::character varying, 'terminated'::character varying])::text[])))
);


--
-- Name: proposal; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.proposal (
    id uuid NOT NULL,
    deal_id uuid NOT NULL,
    number integer NOT NULL,
    by_party_id uuid NOT NULL,
    by_user_id uuid,
    status character varying(32) NOT NULL,
    contract_kind_code character varying(8) NOT NULL,
    contract_subkind_code character varying(8),
    contract_amount_cny numeric(18,2) NOT NULL,
    technology_amount_cny numeric(18,2) NOT NULL,
    payment_mode_code character varying(16) NOT NULL,
    licence_mode_code character varying(16),
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    subject_matter text NOT NULL,
    ip_terms character varying(1000) NOT NULL,
    acceptance_terms character varying(1000) NOT NULL,
    offered_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_proposal_contract_amount CHECK ((contract_amount_cny >= (0)::numeric)),
    CONSTRAINT ck_proposal_proposal_status CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'accepted'::character varying, 'superseded'::character varying])::text[]))),
    CONSTRAINT ck_proposal_technology_amount CHECK (((technology_amount_cny >= (0)::numeric) AND (technology_amount_cny <= contract_amount_cny)))
);


--
-- Name: registration_sequence; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.registration_sequence (
    id uuid NOT NULL,
    office_code character varying(16) NOT NULL,
    year integer NOT NULL,
    last_serial integer NOT NULL
);


--
-- Name: sign_in; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.sign_in (
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    token_hash character varying(64) NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);


--
-- Name: target; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.target (
    id uuid NOT NULL,
    year integer NOT NULL,
    target_version integer NOT NULL,
    contract_amount_cny numeric(18,2) NOT NULL,
    project_count integer NOT NULL,
    valid_from date NOT NULL,
    source character varying(300) NOT NULL,
    set_at timestamp with time zone NOT NULL,
    set_by uuid,
    CONSTRAINT ck_target_contract_amount CHECK ((contract_amount_cny > (0)::numeric))
);


--
-- Name: user_account; Type: TABLE; Schema: public; Owner: -
--

CREATE TABLE public.user_account (
    id uuid NOT NULL,
    version integer NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    login character varying(40) NOT NULL,
    password_hash character varying(200) NOT NULL,
    display_name character varying(100) NOT NULL,
    role character varying(32) NOT NULL,
    party_id uuid,
    office_code character varying(16),
    is_active boolean NOT NULL,
    failed_sign_ins integer NOT NULL,
    locked_until timestamp with time zone,
    CONSTRAINT ck_user_account_role CHECK (((role)::text = ANY ((ARRAY['enterprise'::character varying, 'institute'::character varying, 'broker'::character varying, 'official'::character varying, 'administrator'::character varying])::text[])))
);


--
-- Name: outbox_entry id; Type: DEFAULT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox_entry ALTER COLUMN id SET DEFAULT nextval('public.outbox_entry_id_seq'::regclass);


--
-- Data for Name: achievement; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.achievement VALUES ('01a207ce-1eaf-772e-94ef-0d2fa527d74f', 5, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '01a207ce-1d1c-7177-95b6-045b3ceb168d', '01a207ce-1daa-701f-80a8-ebca02e03f92', NULL, '枸杞真空冷冻干燥与低温粉碎工艺', '鲜枸杞真空冷冻干燥制粉,保持色泽和多糖。', '["枸杞", "冷冻干燥"]', '09', NULL, 'SPC02', '640104', '{}', 'published', '', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-10-05 02:00:00+00', NULL, '371677ec33aeee6add2fbc679d7710d98ea6cea1c085790057ca021f9906d80c', 'entered', NULL, 'applied', NULL, NULL, '鲜枸杞经糖酸渗透破壁后真空冷冻干燥,物料温度不高于 45℃,干燥 16 小时,含水率 5% 以下,粉体不结块。', '', NULL, NULL, NULL, NULL, '', NULL, NULL, 'mature', 8, '[]', '["licence", "transfer"]', 900000.00, false, '[]', NULL, false);


--
-- Data for Name: achievement_indicator; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.achievement_indicator VALUES ('01a207ce-1eb5-7373-8edd-adac01edcebe', 0, '含水率', 'le', 5.000000000, NULL, '%', '', '01a207ce-1eaf-772e-94ef-0d2fa527d74f');


--
-- Data for Name: alembic_version; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.alembic_version VALUES ('0002');


--
-- Data for Name: audit_entry; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.audit_entry VALUES (1, '2026-04-08 02:00:00+00', NULL, 'system', 'user.created', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', '{"party_id":null,"role":"administrator"}', 'sha256', '0000000000000000000000000000000000000000000000000000000000000000', '765b8e89748b29b1b5febbb5d07151de9ebc23f73908ec9d1badf538c3e01798');
INSERT INTO public.audit_entry VALUES (2, '2026-04-08 02:00:00+00', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'administrator', 'user.signed_in', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', '{}', 'sha256', '765b8e89748b29b1b5febbb5d07151de9ebc23f73908ec9d1badf538c3e01798', '47ccf8095d0566817095ca6df85f17f753273d8b5eee89d2f8aa2b81a828b2b4');
INSERT INTO public.audit_entry VALUES (3, '2026-04-08 02:00:00+00', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'administrator', 'user.created', '01a207ce-1c92-757a-8c7e-397a035a65bc', '{"party_id":null,"role":"official"}', 'sha256', '47ccf8095d0566817095ca6df85f17f753273d8b5eee89d2f8aa2b81a828b2b4', '5b68a2a92513cbfa56e526d20d4e07b220dec903c1cc1fe5d60e445bd355518c');
INSERT INTO public.audit_entry VALUES (4, '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'official', 'user.signed_in', '01a207ce-1c92-757a-8c7e-397a035a65bc', '{}', 'sha256', '5b68a2a92513cbfa56e526d20d4e07b220dec903c1cc1fe5d60e445bd355518c', 'a554d94fc8c55040be3849e055c9edf25919acfcee00084eff225cabb2a86446');
INSERT INTO public.audit_entry VALUES (5, '2026-04-08 02:00:00+00', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'administrator', 'user.created', '01a207ce-1cdd-75f6-9c9f-1d3996ecbb18', '{"party_id":null,"role":"official"}', 'sha256', 'a554d94fc8c55040be3849e055c9edf25919acfcee00084eff225cabb2a86446', '736454a2650b55329b9b32c819bbdc44d3abe421e7ebf85d5c825948e686eb0b');
INSERT INTO public.audit_entry VALUES (6, '2026-04-08 02:00:00+00', '01a207ce-1cdd-75f6-9c9f-1d3996ecbb18', 'official', 'user.signed_in', '01a207ce-1cdd-75f6-9c9f-1d3996ecbb18', '{}', 'sha256', '736454a2650b55329b9b32c819bbdc44d3abe421e7ebf85d5c825948e686eb0b', 'e51c876c2082636d1de62285bb215f8eec2da0b62bbb175f5b05ed7d567a0707');
INSERT INTO public.audit_entry VALUES (7, '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'official', 'party.created', '01a207ce-1d0e-77c6-ab07-3ed9814e57ec', '{"kind":"enterprise","region_code":"640104"}', 'sha256', 'e51c876c2082636d1de62285bb215f8eec2da0b62bbb175f5b05ed7d567a0707', 'a9596d32e9294fe0a27489c290e72529b321342ff78bde5b55e329befe7d72f1');
INSERT INTO public.audit_entry VALUES (8, '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'official', 'party.created', '01a207ce-1d1c-7177-95b6-045b3ceb168d', '{"kind":"institute","region_code":"640104"}', 'sha256', 'a9596d32e9294fe0a27489c290e72529b321342ff78bde5b55e329befe7d72f1', 'af9bf15aab2092af70ce8a425b74a1129c0fc50691dd23a9f6dbd28e14e592c4');
INSERT INTO public.audit_entry VALUES (9, '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'official', 'party.created', '01a207ce-1d2c-750d-8866-77594abafe2c', '{"kind":"brokerage","region_code":"640104"}', 'sha256', 'af9bf15aab2092af70ce8a425b74a1129c0fc50691dd23a9f6dbd28e14e592c4', 'b89a95efda6b38372739bef09d0adace168a9ac5c17299345c3fbf407431c37f');
INSERT INTO public.audit_entry VALUES (10, '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'official', 'party.created', '01a207ce-1d37-7402-a14c-64868fa7d56a', '{"kind":"enterprise","region_code":"640104"}', 'sha256', 'b89a95efda6b38372739bef09d0adace168a9ac5c17299345c3fbf407431c37f', '137a8162d135024af03cb6c1b70d0e01cec1a0190eb1244809f13c9bf8808174');
INSERT INTO public.audit_entry VALUES (11, '2026-04-08 02:00:00+00', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'administrator', 'user.created', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', '{"party_id":"01a207ce-1d0e-77c6-ab07-3ed9814e57ec","role":"enterprise"}', 'sha256', '137a8162d135024af03cb6c1b70d0e01cec1a0190eb1244809f13c9bf8808174', '69f7d42fa9a46067f8feec2fbdfc264f1cec996477817e4bcc47967fe3b0e40a');
INSERT INTO public.audit_entry VALUES (12, '2026-04-08 02:00:00+00', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', 'enterprise', 'user.signed_in', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', '{}', 'sha256', '69f7d42fa9a46067f8feec2fbdfc264f1cec996477817e4bcc47967fe3b0e40a', 'b30ffe84da136ecd3250d68b2ba5090f045ee7805a28b44b0e295c3f3f4e8e30');
INSERT INTO public.audit_entry VALUES (13, '2026-04-08 02:00:00+00', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'administrator', 'user.created', '01a207ce-1daa-701f-80a8-ebca02e03f92', '{"party_id":"01a207ce-1d1c-7177-95b6-045b3ceb168d","role":"institute"}', 'sha256', 'b30ffe84da136ecd3250d68b2ba5090f045ee7805a28b44b0e295c3f3f4e8e30', '82fb77518ad1fe16d8ee64120add95e7be57929c4dc1b3d8eca757125e85b812');
INSERT INTO public.audit_entry VALUES (14, '2026-04-08 02:00:00+00', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'institute', 'user.signed_in', '01a207ce-1daa-701f-80a8-ebca02e03f92', '{}', 'sha256', '82fb77518ad1fe16d8ee64120add95e7be57929c4dc1b3d8eca757125e85b812', '5a242a5cc8d76ade40a8d2be25ea049aea48977799d106a04c4bd69de7fc737f');
INSERT INTO public.audit_entry VALUES (15, '2026-04-08 02:00:00+00', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'administrator', 'user.created', '01a207ce-1df3-76a3-abfc-7915f342d60d', '{"party_id":"01a207ce-1d2c-750d-8866-77594abafe2c","role":"broker"}', 'sha256', '5a242a5cc8d76ade40a8d2be25ea049aea48977799d106a04c4bd69de7fc737f', '2dd333916f6bc7ad0d03e9e37219060138cc86b4d24560ec3e32eb003b9ee4f3');
INSERT INTO public.audit_entry VALUES (16, '2026-04-08 02:00:00+00', '01a207ce-1df3-76a3-abfc-7915f342d60d', 'broker', 'user.signed_in', '01a207ce-1df3-76a3-abfc-7915f342d60d', '{}', 'sha256', '2dd333916f6bc7ad0d03e9e37219060138cc86b4d24560ec3e32eb003b9ee4f3', '5ab54f58955121d048c6dff510e07bc55e5adaad92b13a5b57a2746ab9ed533f');
INSERT INTO public.audit_entry VALUES (17, '2026-04-08 02:00:00+00', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'administrator', 'user.created', '01a207ce-1e3f-702f-b8e2-2e9ae1f6726f', '{"party_id":"01a207ce-1d37-7402-a14c-64868fa7d56a","role":"enterprise"}', 'sha256', '5ab54f58955121d048c6dff510e07bc55e5adaad92b13a5b57a2746ab9ed533f', '62d416e01dff7b3953131a3347242b22f1bac853f8141c869acd23de83658535');
INSERT INTO public.audit_entry VALUES (18, '2026-04-08 02:00:00+00', '01a207ce-1e3f-702f-b8e2-2e9ae1f6726f', 'enterprise', 'user.signed_in', '01a207ce-1e3f-702f-b8e2-2e9ae1f6726f', '{}', 'sha256', '62d416e01dff7b3953131a3347242b22f1bac853f8141c869acd23de83658535', '618fde815e3c4a64d8092049494f29140fee8fb9c4d7429ae75c8e94368850fc');
INSERT INTO public.audit_entry VALUES (19, '2026-04-08 02:00:00+00', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'administrator', 'broker.created', '01a207ce-1e7a-708f-bef5-8f56a7f9f3d8', '{"user_id":"01a207ce-1df3-76a3-abfc-7915f342d60d"}', 'sha256', '618fde815e3c4a64d8092049494f29140fee8fb9c4d7429ae75c8e94368850fc', '3aa1b0149bf99e58883c8dd28be46c53e0b37e05886afe9471f3cb0930f56099');
INSERT INTO public.audit_entry VALUES (20, '2026-04-08 02:00:00+00', '01a207ce-1df3-76a3-abfc-7915f342d60d', 'broker', 'user.signed_in', '01a207ce-1df3-76a3-abfc-7915f342d60d', '{}', 'sha256', '3aa1b0149bf99e58883c8dd28be46c53e0b37e05886afe9471f3cb0930f56099', '8b29c10af4a8d6c6fe80d05a7f079b4adb4a325047e9fbd4cf7b99c7d6e28fa9');
INSERT INTO public.audit_entry VALUES (21, '2026-04-08 02:00:00+00', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'institute', 'achievement.drafted', '01a207ce-1eaf-772e-94ef-0d2fa527d74f', '{"owner_party_id":"01a207ce-1d1c-7177-95b6-045b3ceb168d"}', 'sha256', '8b29c10af4a8d6c6fe80d05a7f079b4adb4a325047e9fbd4cf7b99c7d6e28fa9', '49516ab755cddc69dea9fb495121ee299995e8670caecaa6687d9948d9a2e740');
INSERT INTO public.audit_entry VALUES (22, '2026-04-08 02:00:00+00', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'institute', 'achievement.submitted', '01a207ce-1eaf-772e-94ef-0d2fa527d74f', '{"status":"submitted"}', 'sha256', '49516ab755cddc69dea9fb495121ee299995e8670caecaa6687d9948d9a2e740', '955d253af7d4bf17b2eecfae4230e71e6e3fc59a2218ee8d3dc3ea329e9513af');
INSERT INTO public.audit_entry VALUES (23, '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'official', 'achievement.published', '01a207ce-1eaf-772e-94ef-0d2fa527d74f', '{"status":"published"}', 'sha256', '955d253af7d4bf17b2eecfae4230e71e6e3fc59a2218ee8d3dc3ea329e9513af', '87c018726400ddeb1f72ec419da583a02c830e84b5534c8f93d01c29022e9b66');
INSERT INTO public.audit_entry VALUES (24, '2026-04-08 02:00:00+00', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', 'enterprise', 'need.drafted', '01a207ce-1f46-7300-965b-3ebffd67429e', '{"owner_party_id":"01a207ce-1d0e-77c6-ab07-3ed9814e57ec"}', 'sha256', '87c018726400ddeb1f72ec419da583a02c830e84b5534c8f93d01c29022e9b66', '3cb26b813a076d7b0d194746831e7c5f6ce0557cdaea80d4ad44e3d9fccff7ee');
INSERT INTO public.audit_entry VALUES (25, '2026-04-08 02:00:00+00', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', 'enterprise', 'need.submitted', '01a207ce-1f46-7300-965b-3ebffd67429e', '{"status":"submitted"}', 'sha256', '3cb26b813a076d7b0d194746831e7c5f6ce0557cdaea80d4ad44e3d9fccff7ee', '03d620fbf461c4a787429a9745e2d6e77690bbece282ed3750af503b7fefae82');
INSERT INTO public.audit_entry VALUES (26, '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'official', 'need.published', '01a207ce-1f46-7300-965b-3ebffd67429e', '{"status":"published"}', 'sha256', '03d620fbf461c4a787429a9745e2d6e77690bbece282ed3750af503b7fefae82', '8a24b898e866a125539d25e0ba604f98342172e231edcf17830f292ae6854617');
INSERT INTO public.audit_entry VALUES (27, '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'official', 'match.broker_assigned', '01a207ce-1fa9-74d1-b690-3b71df4232b5', '{"broker_id":"01a207ce-1e7a-708f-bef5-8f56a7f9f3d8","reason_code":null,"side":null,"status":"suggested"}', 'sha256', '8a24b898e866a125539d25e0ba604f98342172e231edcf17830f292ae6854617', 'a863576c3fede3e912539fd248a03a8ac368db34ecf620edb64d6e6259012097');
INSERT INTO public.audit_entry VALUES (28, '2026-04-08 02:00:00+00', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', 'enterprise', 'match.interest_expressed', '01a207ce-1fa9-74d1-b690-3b71df4232b5', '{"broker_id":"01a207ce-1e7a-708f-bef5-8f56a7f9f3d8","reason_code":null,"side":"need","status":"interested"}', 'sha256', 'a863576c3fede3e912539fd248a03a8ac368db34ecf620edb64d6e6259012097', '51b6edeac2c668b3a2a2b05e5339d9f67303e06afacf9261453e7c37e3f8257e');
INSERT INTO public.audit_entry VALUES (44, '2026-04-08 02:00:00+00', '01a207ce-2244-73ab-8d3a-79bc01ed1129', 'broker', 'user.signed_in', '01a207ce-2244-73ab-8d3a-79bc01ed1129', '{}', 'sha256', 'e77220a9abe1efaafd6eda689af6e7980958c8da06c3f10a499535d7d3f250ac', 'da92cacc7e524ae1ffb5c9946b10593cbcae4bf35ad37d07711c573e3fa66177');
INSERT INTO public.audit_entry VALUES (29, '2026-04-08 02:00:00+00', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'institute', 'match.consented', '01a207ce-1fa9-74d1-b690-3b71df4232b5', '{"broker_id":"01a207ce-1e7a-708f-bef5-8f56a7f9f3d8","reason_code":null,"side":"achievement","status":"consented"}', 'sha256', '51b6edeac2c668b3a2a2b05e5339d9f67303e06afacf9261453e7c37e3f8257e', '537353209177d707b26f659049eaa2aa13e7cc9aa845d47caf661fc518a4b4d2');
INSERT INTO public.audit_entry VALUES (30, '2026-04-08 02:00:00+00', '01a207ce-1df3-76a3-abfc-7915f342d60d', 'broker', 'match.deal_opened', '01a207ce-1fa9-74d1-b690-3b71df4232b5', '{"broker_id":"01a207ce-1e7a-708f-bef5-8f56a7f9f3d8","reason_code":null,"side":null,"status":"in_deal"}', 'sha256', '537353209177d707b26f659049eaa2aa13e7cc9aa845d47caf661fc518a4b4d2', '87e40c7dd257e2d4b5a4dd68031886bb2c2b6aa7acb44437f8de9d9134c73caf');
INSERT INTO public.audit_entry VALUES (31, '2026-04-08 02:00:00+00', NULL, 'system', 'need.talks_started', '01a207ce-1f46-7300-965b-3ebffd67429e', '{"status":"in_talks"}', 'sha256', '87e40c7dd257e2d4b5a4dd68031886bb2c2b6aa7acb44437f8de9d9134c73caf', '41e457203c774485dcc3079ee5546d115b1f63edad4f8eeaeb4d33322bab205a');
INSERT INTO public.audit_entry VALUES (32, '2026-04-08 02:00:00+00', NULL, 'system', 'achievement.talks_started', '01a207ce-1eaf-772e-94ef-0d2fa527d74f', '{"status":"in_talks"}', 'sha256', '41e457203c774485dcc3079ee5546d115b1f63edad4f8eeaeb4d33322bab205a', '76620680b6203e463023740c7cd9baa12496b045d818e3938d8afa8a1f4892ad');
INSERT INTO public.audit_entry VALUES (33, '2026-04-08 02:00:00+00', '01a207ce-1df3-76a3-abfc-7915f342d60d', 'broker', 'deal.opened', '01a207ce-20e1-709f-9f4d-c260bbb7ad86', '{"match_id":"01a207ce-1fa9-74d1-b690-3b71df4232b5","side":null,"status":"talks"}', 'sha256', '76620680b6203e463023740c7cd9baa12496b045d818e3938d8afa8a1f4892ad', '4aca2c085b9c87564485e1e2b0e8d76885f4c11594fff8a99066599de389a2ab');
INSERT INTO public.audit_entry VALUES (34, '2026-04-08 02:00:00+00', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'institute', 'deal.terms_proposed', '01a207ce-20e1-709f-9f4d-c260bbb7ad86', '{"contract_amount_cny":"1200000.00","number":1,"proposal_id":"01a207ce-211a-75a6-88fd-7d39ca172b67","side":"achievement","status":"proposed","technology_amount_cny":"1000000.00"}', 'sha256', '4aca2c085b9c87564485e1e2b0e8d76885f4c11594fff8a99066599de389a2ab', '010b6d45164ca05585e38147c055055955756a09301c14e9da1d711ff6790544');
INSERT INTO public.audit_entry VALUES (35, '2026-04-08 02:00:00+00', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', 'enterprise', 'deal.proposal_accepted', '01a207ce-20e1-709f-9f4d-c260bbb7ad86', '{"contract_amount_cny":"1200000.00","number":1,"proposal_id":"01a207ce-211a-75a6-88fd-7d39ca172b67","side":"need","status":"accepted","technology_amount_cny":"1000000.00"}', 'sha256', '010b6d45164ca05585e38147c055055955756a09301c14e9da1d711ff6790544', '78fd517cf41249da8b9766affab0a292c7cb338f2c10cd34478e5179ed2f5258');
INSERT INTO public.audit_entry VALUES (36, '2026-04-08 02:00:00+00', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'institute', 'deal.agreed', '01a207ce-20e1-709f-9f4d-c260bbb7ad86', '{"contract_amount_cny":"1200000.00","number":1,"proposal_id":"01a207ce-211a-75a6-88fd-7d39ca172b67","side":"achievement","status":"agreed","technology_amount_cny":"1000000.00"}', 'sha256', '78fd517cf41249da8b9766affab0a292c7cb338f2c10cd34478e5179ed2f5258', '0842b44ae0af2d0651893aa498105b42c4ab8c035133caa3690f4c28c16297f6');
INSERT INTO public.audit_entry VALUES (37, '2026-04-08 02:00:00+00', NULL, 'system', 'need.signed', '01a207ce-1f46-7300-965b-3ebffd67429e', '{"status":"signed"}', 'sha256', '0842b44ae0af2d0651893aa498105b42c4ab8c035133caa3690f4c28c16297f6', '91c59c06578e5458f8c06258c5db77a898dfb7159d8e365ade96447a7d328db1');
INSERT INTO public.audit_entry VALUES (38, '2026-04-08 02:00:00+00', NULL, 'system', 'achievement.released', '01a207ce-1eaf-772e-94ef-0d2fa527d74f', '{"status":"published"}', 'sha256', '91c59c06578e5458f8c06258c5db77a898dfb7159d8e365ade96447a7d328db1', '16c2b5a56d9dea4474c47b87b39bff1db28a0509175ad7125c0303d005ec8713');
INSERT INTO public.audit_entry VALUES (39, '2026-04-08 02:00:00+00', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'institute', 'contract.drafted', '01a207ce-21a7-7160-81fa-9f468194073d', '{"contract_amount_cny":"1200000.00","deal_id":"01a207ce-20e1-709f-9f4d-c260bbb7ad86","office_code":"640102"}', 'sha256', '16c2b5a56d9dea4474c47b87b39bff1db28a0509175ad7125c0303d005ec8713', 'b7bf24dda7b057010d3818be9c2577cae9e2df70321b44cc2fc56daf23abdbdc');
INSERT INTO public.audit_entry VALUES (40, '2026-04-08 02:00:00+00', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'institute', 'contract.submitted', '01a207ce-21a7-7160-81fa-9f468194073d', '{"office_code":"640102"}', 'sha256', 'b7bf24dda7b057010d3818be9c2577cae9e2df70321b44cc2fc56daf23abdbdc', 'e5a6318535d4e1e45bac0c92af0e6aa6c89d77a8cb63f338bfdb75b1d85e02d0');
INSERT INTO public.audit_entry VALUES (41, '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'official', 'contract.accepted', '01a207ce-21a7-7160-81fa-9f468194073d', '{"decide_by":"2026-05-08","rule_version":"2000-63"}', 'sha256', 'e5a6318535d4e1e45bac0c92af0e6aa6c89d77a8cb63f338bfdb75b1d85e02d0', '849fbd178545c6833910a91539a161d4ad27ff4d986f467abed28e44672fe86a');
INSERT INTO public.audit_entry VALUES (42, '2026-04-08 02:00:00+00', '01a207ce-1cdd-75f6-9c9f-1d3996ecbb18', 'official', 'contract.registered', '01a207ce-21a7-7160-81fa-9f468194073d', '{"contract_amount_cny":"1200000.00","registration_no":"2026640102000001","rule_version":"2000-63","technology_amount_cny":"1000000.00"}', 'sha256', '849fbd178545c6833910a91539a161d4ad27ff4d986f467abed28e44672fe86a', 'ee9d86b80c18fa0b38bcd37a10b5f98f6aeeef75e31aab935cf239293187460d');
INSERT INTO public.audit_entry VALUES (43, '2026-04-08 02:00:00+00', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'administrator', 'user.created', '01a207ce-2244-73ab-8d3a-79bc01ed1129', '{"party_id":"01a207ce-1d37-7402-a14c-64868fa7d56a","role":"broker"}', 'sha256', 'ee9d86b80c18fa0b38bcd37a10b5f98f6aeeef75e31aab935cf239293187460d', 'e77220a9abe1efaafd6eda689af6e7980958c8da06c3f10a499535d7d3f250ac');
INSERT INTO public.audit_entry VALUES (46, '2026-04-08 02:00:00+00', '01a207ce-2244-73ab-8d3a-79bc01ed1129', 'broker', 'user.signed_in', '01a207ce-2244-73ab-8d3a-79bc01ed1129', '{}', 'sha256', 'aa713521a51aa9eb60c95dc8ccb248e6987aa5a04255c167660688d592db8914', '89a7594f79a79cce4e3ecf0e2df2dcf0875369c882e50e84cb1b174c196741a3');
INSERT INTO public.audit_entry VALUES (47, '2026-04-08 02:00:00+00', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'administrator', 'user.created', '01a207ce-22ca-772b-8dde-61549621b59f', '{"party_id":null,"role":"official"}', 'sha256', '89a7594f79a79cce4e3ecf0e2df2dcf0875369c882e50e84cb1b174c196741a3', 'a923073554737751e2b904adfcf5039c87a45e30fd28d8a7879de9aae8fa264c');
INSERT INTO public.audit_entry VALUES (45, '2026-04-08 02:00:00+00', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'administrator', 'broker.created', '01a207ce-227c-775c-bc47-d1cc27f882aa', '{"user_id":"01a207ce-2244-73ab-8d3a-79bc01ed1129"}', 'sha256', 'da92cacc7e524ae1ffb5c9946b10593cbcae4bf35ad37d07711c573e3fa66177', 'aa713521a51aa9eb60c95dc8ccb248e6987aa5a04255c167660688d592db8914');
INSERT INTO public.audit_entry VALUES (48, '2026-04-08 02:00:00+00', '01a207ce-22ca-772b-8dde-61549621b59f', 'official', 'user.signed_in', '01a207ce-22ca-772b-8dde-61549621b59f', '{}', 'sha256', 'a923073554737751e2b904adfcf5039c87a45e30fd28d8a7879de9aae8fa264c', '57a9f6459e1cc39fe7d5dc412c532a25940a04ba192319ce5493688c08330b4f');
INSERT INTO public.audit_entry VALUES (49, '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'official', 'project.created', '01a207ce-2307-7446-9f9f-84d3e8145cd6', '{"enterprise_party_id":"01a207ce-1d0e-77c6-ab07-3ed9814e57ec","number":1,"year":2026}', 'sha256', '57a9f6459e1cc39fe7d5dc412c532a25940a04ba192319ce5493688c08330b4f', '0b0586827291fbb7df5191dcd221e9e8f2e1cb01331a249df303ff0e288f6078');


--
-- Data for Name: broker; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.broker VALUES ('01a207ce-1e7a-708f-bef5-8f56a7f9f3d8', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '01a207ce-1df3-76a3-abfc-7915f342d60d', '01a207ce-1d2c-750d-8866-77594abafe2c', 'broker-user(演示)', 'intermediate', '', NULL, '["09"]', '[]', '[]', 20, true);
INSERT INTO public.broker VALUES ('01a207ce-227c-775c-bc47-d1cc27f882aa', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '01a207ce-2244-73ab-8d3a-79bc01ed1129', '01a207ce-1d37-7402-a14c-64868fa7d56a', 'broker-idle(演示)', 'junior', '', NULL, '[]', '[]', '[]', 20, true);


--
-- Data for Name: closed_year; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: contract; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.contract VALUES ('01a207ce-21a7-7160-81fa-9f468194073d', 4, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '01a207ce-20e1-709f-9f4d-c260bbb7ad86', '01a207ce-1f46-7300-965b-3ebffd67429e', '01a207ce-1eaf-772e-94ef-0d2fa527d74f', NULL, '01a207ce-1e7a-708f-bef5-8f56a7f9f3d8', '01a207ce-1d1c-7177-95b6-045b3ceb168d', '枸杞真空冷冻干燥与低温粉碎工艺技术许可合同', 'XK', 'XK2', '09', NULL, 'SPC02', NULL, 'unplanned', '["trade_secret"]', 'ordinary', 'instalments', false, '枸杞真空冷冻干燥与低温粉碎工艺技术秘密的普通使用许可,含工艺文件一套与两次现场指导。', '技术秘密归许可方所有,被许可方后续改进归改进方所有。', '连续三批产品含水率不高于 5%,由双方共同取样检验。', '2026-04-08', '2026-05-01', '2031-04-30', 1200000.00, 1000000.00, 0.00, 'registered', '640102', '2000-63', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', '2026-05-08', '2026-04-08 02:00:00+00', '01a207ce-1cdd-75f6-9c9f-1d3996ecbb18', '', '[]', '2026640102000001', '2026-04-08', 'entered');


--
-- Data for Name: contract_change; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: contract_party; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.contract_party VALUES ('01a207ce-21a5-7494-a501-41fde5877365', '01a207ce-21a7-7160-81fa-9f468194073d', 'provider', 0, '01a207ce-1d1c-7177-95b6-045b3ceb168d', '示范农产品加工研究所(演示)', '91640100DEM000902D', '021', '640104', '156', '', '');
INSERT INTO public.contract_party VALUES ('01a207ce-21a5-7494-a501-41fe7522bdef', '01a207ce-21a7-7160-81fa-9f468194073d', 'acquirer', 0, '01a207ce-1d0e-77c6-ab07-3ed9814e57ec', '示范枸杞深加工企业(演示)', '91640100DEM000901A', '150', '640104', '156', '', '');
INSERT INTO public.contract_party VALUES ('01a207ce-21a7-7160-81fa-9f45779ba200', '01a207ce-21a7-7160-81fa-9f468194073d', 'intermediary', 0, '01a207ce-1d2c-750d-8866-77594abafe2c', '示范技术转移机构(演示)', '91640100DEM000903G', '150', '640104', '156', '', '');


--
-- Data for Name: deal; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.deal VALUES ('01a207ce-20e1-709f-9f4d-c260bbb7ad86', 4, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '01a207ce-1fa9-74d1-b690-3b71df4232b5', '01a207ce-1f46-7300-965b-3ebffd67429e', '01a207ce-1eaf-772e-94ef-0d2fa527d74f', '01a207ce-1d1c-7177-95b6-045b3ceb168d', '01a207ce-1d0e-77c6-ab07-3ed9814e57ec', '01a207ce-1e7a-708f-bef5-8f56a7f9f3d8', 'agreed', '2026-04-08 02:00:00+00', '01a207ce-211a-75a6-88fd-7d39ca172b67', NULL, NULL, NULL, NULL, NULL, '');


--
-- Data for Name: deal_event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.deal_event VALUES ('01a207ce-20ef-74cc-a194-2a5432aca42e', '01a207ce-20e1-709f-9f4d-c260bbb7ad86', '2026-04-08 02:00:00+00', '01a207ce-1df3-76a3-abfc-7915f342d60d', '01a207ce-1d2c-750d-8866-77594abafe2c', 'open', '');
INSERT INTO public.deal_event VALUES ('01a207ce-211a-75a6-88fd-7d3aec06e965', '01a207ce-20e1-709f-9f4d-c260bbb7ad86', '2026-04-08 02:00:00+00', '01a207ce-1daa-701f-80a8-ebca02e03f92', '01a207ce-1d1c-7177-95b6-045b3ceb168d', 'propose', '第 1 号方案');
INSERT INTO public.deal_event VALUES ('01a207ce-213f-7406-a6a2-24e19c904ee0', '01a207ce-20e1-709f-9f4d-c260bbb7ad86', '2026-04-08 02:00:00+00', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', '01a207ce-1d0e-77c6-ab07-3ed9814e57ec', 'accept', '');
INSERT INTO public.deal_event VALUES ('01a207ce-2169-7363-a2a0-6182d53b3b34', '01a207ce-20e1-709f-9f4d-c260bbb7ad86', '2026-04-08 02:00:00+00', '01a207ce-1daa-701f-80a8-ebca02e03f92', '01a207ce-1d1c-7177-95b6-045b3ceb168d', 'agree', '');


--
-- Data for Name: idempotency_record; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.idempotency_record VALUES ('01a207ce-1c75-7694-ac43-0f902882297c', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'POST /v1/users', 'administrator-1', '3800e16f9f22543916c9df091d99df9f65cd420f4a461d40221b1e98aea4a94d', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/users/01a207ce-1c92-757a-8c7e-397a035a65bc"}', '\x7b226964223a2230316132303763652d316339322d373537612d386337652d333937613033356136356263222c2276657273696f6e223a312c226c6f67696e223a226f6666696369616c2d6f6e65222c22646973706c61795f6e616d65223a226f6666696369616c2d6f6e6528e6bc94e7a4ba29222c22726f6c65223a226f6666696369616c222c2270617274795f6964223a6e756c6c2c226f66666963655f636f6465223a22363430313032222c2269735f616374697665223a747275652c226c6f636b65645f756e74696c223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1cc2-771f-b7df-7e831ccb3577', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'POST /v1/users', 'administrator-2', 'bcda17f2078ef3f7952a64e29039126290bc89909393059db7237f0c3c88a3f3', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/users/01a207ce-1cdd-75f6-9c9f-1d3996ecbb18"}', '\x7b226964223a2230316132303763652d316364642d373566362d396339662d316433393936656362623138222c2276657273696f6e223a312c226c6f67696e223a226f6666696369616c2d74776f222c22646973706c61795f6e616d65223a226f6666696369616c2d74776f28e6bc94e7a4ba29222c22726f6c65223a226f6666696369616c222c2270617274795f6964223a6e756c6c2c226f66666963655f636f6465223a22363430313032222c2269735f616374697665223a747275652c226c6f636b65645f756e74696c223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1d0a-7491-b19c-f9f8d83b6cc7', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'POST /v1/organizations', 'official-one-1', 'd8b05a05692af5726e512562847825ecc8a2e2b82fa899209bced197d22c293e', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/organizations/01a207ce-1d0e-77c6-ab07-3ed9814e57ec"}', '\x7b226964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c2276657273696f6e223a312c226b696e64223a22656e7465727072697365222c226e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303141222c2270617274795f747970655f636f6465223a22313530222c22726567696f6e5f636f6465223a22363430313034222c22636f756e7472795f636f6465223a22313536222c22696e6475737472795f636f6465223a6e756c6c2c227363616c65223a6e756c6c2c2269735f7472616e736665725f626f6479223a66616c73652c2269735f72657365617263685f626f6479223a66616c73652c2269735f686967685f746563685f656e7465727072697365223a66616c73652c2269735f6c69737465645f636f6d70616e79223a66616c73652c226f726967696e223a22656e7465726564222c2261646472657373223a22222c226c6567616c5f726570726573656e746174697665223a22222c22636f6e746163745f6e616d65223a22222c22636f6e746163745f70686f6e65223a22222c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1d1a-706c-8112-0b2331eb453f', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'POST /v1/organizations', 'official-one-2', '410504d698f88c3d29004e6f411e3f24c28f0c20b466a9fa77bfa7059ef37a9b', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/organizations/01a207ce-1d1c-7177-95b6-045b3ceb168d"}', '\x7b226964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2276657273696f6e223a312c226b696e64223a22696e73746974757465222c226e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303244222c2270617274795f747970655f636f6465223a22303231222c22726567696f6e5f636f6465223a22363430313034222c22636f756e7472795f636f6465223a22313536222c22696e6475737472795f636f6465223a6e756c6c2c227363616c65223a6e756c6c2c2269735f7472616e736665725f626f6479223a66616c73652c2269735f72657365617263685f626f6479223a66616c73652c2269735f686967685f746563685f656e7465727072697365223a66616c73652c2269735f6c69737465645f636f6d70616e79223a66616c73652c226f726967696e223a22656e7465726564222c2261646472657373223a22222c226c6567616c5f726570726573656e746174697665223a22222c22636f6e746163745f6e616d65223a22222c22636f6e746163745f70686f6e65223a22222c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1d2a-778c-bdd0-f4d71fbe907d', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'POST /v1/organizations', 'official-one-3', '40a166e8f79fb447d0b55c808d61990e29083d77ed32ad55dfabaa7dd3dcfa81', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/organizations/01a207ce-1d2c-750d-8866-77594abafe2c"}', '\x7b226964223a2230316132303763652d316432632d373530642d383836362d373735393461626166653263222c2276657273696f6e223a312c226b696e64223a2262726f6b6572616765222c226e616d65223a22e7a4bae88c83e68a80e69cafe8bdace7a7bbe69cbae69e8428e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303347222c2270617274795f747970655f636f6465223a22313530222c22726567696f6e5f636f6465223a22363430313034222c22636f756e7472795f636f6465223a22313536222c22696e6475737472795f636f6465223a6e756c6c2c227363616c65223a6e756c6c2c2269735f7472616e736665725f626f6479223a66616c73652c2269735f72657365617263685f626f6479223a66616c73652c2269735f686967685f746563685f656e7465727072697365223a66616c73652c2269735f6c69737465645f636f6d70616e79223a66616c73652c226f726967696e223a22656e7465726564222c2261646472657373223a22222c226c6567616c5f726570726573656e746174697665223a22222c22636f6e746163745f6e616d65223a22222c22636f6e746163745f70686f6e65223a22222c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1d35-7708-b16a-20dfc48170cc', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'POST /v1/organizations', 'official-one-4', 'a018515c6238f1f4e3ee4165c7c199eb6a16283fc0dbee1b5a5ad6f0da1a7d13', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/organizations/01a207ce-1d37-7402-a14c-64868fa7d56a"}', '\x7b226964223a2230316132303763652d316433372d373430322d613134632d363438363866613764353661222c2276657273696f6e223a312c226b696e64223a22656e7465727072697365222c226e616d65223a22e7a4bae88c83e697a0e585b3e4bc81e4b89a28e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d3030303930344b222c2270617274795f747970655f636f6465223a22313530222c22726567696f6e5f636f6465223a22363430313034222c22636f756e7472795f636f6465223a22313536222c22696e6475737472795f636f6465223a6e756c6c2c227363616c65223a6e756c6c2c2269735f7472616e736665725f626f6479223a66616c73652c2269735f72657365617263685f626f6479223a66616c73652c2269735f686967685f746563685f656e7465727072697365223a66616c73652c2269735f6c69737465645f636f6d70616e79223a66616c73652c226f726967696e223a22656e7465726564222c2261646472657373223a22222c226c6567616c5f726570726573656e746174697665223a22222c22636f6e746163745f6e616d65223a22222c22636f6e746163745f70686f6e65223a22222c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1d40-7718-951e-f670da347e4d', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'POST /v1/users', 'administrator-3', '9e4ba76b446aba7510afea54ccc52c5d9c1a97c45a6285e34ea6056ba5e9c200', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/users/01a207ce-1d5e-7600-b5e3-c7be01d362c4"}', '\x7b226964223a2230316132303763652d316435652d373630302d623565332d633762653031643336326334222c2276657273696f6e223a312c226c6f67696e223a22656e74657270726973652d75736572222c22646973706c61795f6e616d65223a22656e74657270726973652d7573657228e6bc94e7a4ba29222c22726f6c65223a22656e7465727072697365222c2270617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c226f66666963655f636f6465223a6e756c6c2c2269735f616374697665223a747275652c226c6f636b65645f756e74696c223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1d8d-75b0-9d03-486fc40f5107', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'POST /v1/users', 'administrator-4', '3a8af75a4fce6e1fc9bf35f6f52bce8245fd823e6d2b6da20f9cb2e10e507fcf', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/users/01a207ce-1daa-701f-80a8-ebca02e03f92"}', '\x7b226964223a2230316132303763652d316461612d373031662d383061382d656263613032653033663932222c2276657273696f6e223a312c226c6f67696e223a22696e737469747574652d75736572222c22646973706c61795f6e616d65223a22696e737469747574652d7573657228e6bc94e7a4ba29222c22726f6c65223a22696e73746974757465222c2270617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c226f66666963655f636f6465223a6e756c6c2c2269735f616374697665223a747275652c226c6f636b65645f756e74696c223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1dd7-715c-bd73-98ccadbcb51f', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'POST /v1/users', 'administrator-5', 'd27eb8fc998a37fd3f2336ee20c64d21abe912ab11b7ea0bed03565c82ac158b', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/users/01a207ce-1df3-76a3-abfc-7915f342d60d"}', '\x7b226964223a2230316132303763652d316466332d373661332d616266632d373931356633343264363064222c2276657273696f6e223a312c226c6f67696e223a2262726f6b65722d75736572222c22646973706c61795f6e616d65223a2262726f6b65722d7573657228e6bc94e7a4ba29222c22726f6c65223a2262726f6b6572222c2270617274795f6964223a2230316132303763652d316432632d373530642d383836362d373735393461626166653263222c226f66666963655f636f6465223a6e756c6c2c2269735f616374697665223a747275652c226c6f636b65645f756e74696c223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1e21-7460-8b65-623d46ac2569', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'POST /v1/users', 'administrator-6', '55cfaa9abe2c4d7923048862f11c052c29b75fd2e755e02bb56f1865e1143d6f', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/users/01a207ce-1e3f-702f-b8e2-2e9ae1f6726f"}', '\x7b226964223a2230316132303763652d316533662d373032662d623865322d326539616531663637323666222c2276657273696f6e223a312c226c6f67696e223a22737472616e6765722d75736572222c22646973706c61795f6e616d65223a22737472616e6765722d7573657228e6bc94e7a4ba29222c22726f6c65223a22656e7465727072697365222c2270617274795f6964223a2230316132303763652d316433372d373430322d613134632d363438363866613764353661222c226f66666963655f636f6465223a6e756c6c2c2269735f616374697665223a747275652c226c6f636b65645f756e74696c223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1e76-75b2-a69c-2ac4f08d773a', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'POST /v1/brokers', 'administrator-7', '1c6e2176da76ef3ec9a86fcb353b4f700c7954b6cc8d3e874870f443ae088040', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/brokers/01a207ce-1e7a-708f-bef5-8f56a7f9f3d8"}', '\x7b226964223a2230316132303763652d316537612d373038662d626566352d386635366137663966336438222c2276657273696f6e223a312c226e616d65223a2262726f6b65722d7573657228e6bc94e7a4ba29222c2270617274795f6964223a2230316132303763652d316432632d373530642d383836362d373735393461626166653263222c2270617274795f6e616d65223a22e7a4bae88c83e68a80e69cafe8bdace7a7bbe69cbae69e8428e6bc94e7a4ba29222c227175616c696669636174696f6e5f636f6465223a22696e7465726d656469617465222c227175616c696669636174696f6e223a22e4b8ade7baa7e68a80e69cafe7bb8fe7baaae4baba222c227175616c69666965645f756e74696c223a6e756c6c2c2269735f7175616c6966696564223a747275652c226669656c645f636f646573223a5b223039225d2c22696e6475737472795f636f646573223a5b5d2c22726567696f6e5f636f646573223a5b5d2c226c6f6164223a302c226d61785f6c6f6164223a32302c2269735f616374697665223a747275657d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1eae-71b3-b164-a33d4af44590', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'POST /v1/achievements', 'institute-user-1', '9b03b5fb81080265f9106c2f608528274f8934e7f37be6249a325b6fdbf408b6', 201, '{"content-type": "application/json", "location": "/v1/achievements/01a207ce-1eaf-772e-94ef-0d2fa527d74f", "etag": "\"1\""}', '\x7b227375626a656374223a22616368696576656d656e74222c226964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c2276657273696f6e223a312c22737461747573223a226472616674222c227469746c65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889ba222c2273756d6d617279223a22e9b29ce69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e588b6e7b2892ce4bf9de68c81e889b2e6b3bde5928ce5a49ae7b396e38082222c226b6579776f726473223a5b22e69eb8e69d9e222c22e586b7e586bbe5b9b2e787a5225d2c226669656c645f636f6465223a223039222c22696e6475737472795f636f6465223a6e756c6c2c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c22726567696f6e5f636f6465223a22363430313034222c226f776e65725f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c226f776e65725f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c227075626c69736865645f6174223a6e756c6c2c22657870697265735f6174223a6e756c6c2c226f726967696e223a22656e7465726564222c2263617465676f7279223a226170706c696564222c227374616765223a226d6174757265222c2274726c223a382c227472616e736665725f77617973223a5b226c6963656e6365222c227472616e73666572225d2c2261736b696e675f70726963655f636e79223a223930303030302e3030222c22766965776572223a226f776e6572222c2262726f6b65725f6964223a6e756c6c2c227375626d69747465645f6174223a6e756c6c2c2272656e657765645f6174223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a222c2268696464656e5f6669656c6473223a5b5d2c22616c6c6f7765645f616374696f6e73223a5b2265646974222c227375626d6974222c227769746864726177225d2c2272657475726e5f726561736f6e223a22222c22646973636c6f73757265223a7b7d2c22736f757263655f726566223a6e756c6c2c2268696e7473223a5b5d2c22726567697374726174696f6e5f6e6f223a6e756c6c2c22726567697374657265645f6f6e223a6e756c6c2c226465736372697074696f6e223a22e9b29ce69eb8e69d9ee7bb8fe7b396e985b8e6b897e9808fe7a0b4e5a381e5908ee79c9fe7a9bae586b7e586bbe5b9b2e787a52ce789a9e69699e6b8a9e5baa6e4b88de9ab98e4ba8e203435e284832ce5b9b2e787a520313620e5b08fe697b62ce590abe6b0b4e78e8720352520e4bba5e4b88b2ce7b289e4bd93e4b88de7bb93e59d97e38082222c22636f6e666964656e7469616c5f64657461696c223a22222c22666f726d5f636f6465223a6e756c6c2c226174747269627574655f636f6465223a6e756c6c2c226c6576656c5f636f6465223a6e756c6c2c226576616c756174696f6e5f6d6574686f645f636f6465223a6e756c6c2c226576616c7561746f72223a22222c226576616c75617465645f6f6e223a6e756c6c2c22706c616e5f736f757263655f636f6465223a6e756c6c2c22636f6d706c6574657273223a5b5d2c226578636c75736976655f6f6e6c79223a66616c73652c226f6666657265645f726567696f6e5f636f646573223a5b5d2c22617661696c61626c655f66726f6d223a6e756c6c2c2277616e74735f62726f6b6572223a66616c73652c22696e64696361746f7273223a5b7b22706f736974696f6e223a302c226e616d65223a22e590abe6b0b4e78e87222c226f70657261746f72223a226c65222c2276616c7565223a2235222c2276616c75655f68696768223a6e756c6c2c22756e6974223a2225222c2274657874223a22227d5d2c22696e74656c6c65637475616c5f70726f7065727479223a5b7b22706f736974696f6e223a302c226b696e645f636f6465223a2274726164655f736563726574222c226e756d626572223a22222c227469746c65223a22e69eb8e69d9ee586bbe5b9b2e5b7a5e889bae58f82e695b0222c22737461747573223a226772616e746564222c2266696c65645f6f6e223a6e756c6c2c22657870697265735f6f6e223a6e756c6c7d5d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1ed2-7658-8236-8c6c9ba1db6a', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'POST /v1/achievements/01a207ce-1eaf-772e-94ef-0d2fa527d74f/submit', 'institute-user-2', 'e6d0f03c6b15c95b75781b8431b4e8c8ebed109dd5a267b5da6e019fc9b2872d', 200, '{"content-type": "application/json", "etag": "\"2\""}', '\x7b227375626a656374223a22616368696576656d656e74222c226964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c2276657273696f6e223a322c22737461747573223a227375626d6974746564222c227469746c65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889ba222c2273756d6d617279223a22e9b29ce69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e588b6e7b2892ce4bf9de68c81e889b2e6b3bde5928ce5a49ae7b396e38082222c226b6579776f726473223a5b22e69eb8e69d9e222c22e586b7e586bbe5b9b2e787a5225d2c226669656c645f636f6465223a223039222c22696e6475737472795f636f6465223a6e756c6c2c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c22726567696f6e5f636f6465223a22363430313034222c226f776e65725f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c226f776e65725f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c227075626c69736865645f6174223a6e756c6c2c22657870697265735f6174223a6e756c6c2c226f726967696e223a22656e7465726564222c2263617465676f7279223a226170706c696564222c227374616765223a226d6174757265222c2274726c223a382c227472616e736665725f77617973223a5b226c6963656e6365222c227472616e73666572225d2c2261736b696e675f70726963655f636e79223a223930303030302e3030222c22766965776572223a226f776e6572222c2262726f6b65725f6964223a6e756c6c2c227375626d69747465645f6174223a22323032362d30342d30385430323a30303a30305a222c2272656e657765645f6174223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a222c2268696464656e5f6669656c6473223a5b5d2c22616c6c6f7765645f616374696f6e73223a5b227769746864726177225d2c2272657475726e5f726561736f6e223a22222c22646973636c6f73757265223a7b7d2c22736f757263655f726566223a6e756c6c2c2268696e7473223a5b5d2c22726567697374726174696f6e5f6e6f223a6e756c6c2c22726567697374657265645f6f6e223a6e756c6c2c226465736372697074696f6e223a22e9b29ce69eb8e69d9ee7bb8fe7b396e985b8e6b897e9808fe7a0b4e5a381e5908ee79c9fe7a9bae586b7e586bbe5b9b2e787a52ce789a9e69699e6b8a9e5baa6e4b88de9ab98e4ba8e203435e284832ce5b9b2e787a520313620e5b08fe697b62ce590abe6b0b4e78e8720352520e4bba5e4b88b2ce7b289e4bd93e4b88de7bb93e59d97e38082222c22636f6e666964656e7469616c5f64657461696c223a22222c22666f726d5f636f6465223a6e756c6c2c226174747269627574655f636f6465223a6e756c6c2c226c6576656c5f636f6465223a6e756c6c2c226576616c756174696f6e5f6d6574686f645f636f6465223a6e756c6c2c226576616c7561746f72223a22222c226576616c75617465645f6f6e223a6e756c6c2c22706c616e5f736f757263655f636f6465223a6e756c6c2c22636f6d706c6574657273223a5b5d2c226578636c75736976655f6f6e6c79223a66616c73652c226f6666657265645f726567696f6e5f636f646573223a5b5d2c22617661696c61626c655f66726f6d223a6e756c6c2c2277616e74735f62726f6b6572223a66616c73652c22696e64696361746f7273223a5b7b22706f736974696f6e223a302c226e616d65223a22e590abe6b0b4e78e87222c226f70657261746f72223a226c65222c2276616c7565223a2235222c2276616c75655f68696768223a6e756c6c2c22756e6974223a2225222c2274657874223a22227d5d2c22696e74656c6c65637475616c5f70726f7065727479223a5b7b22706f736974696f6e223a302c226b696e645f636f6465223a2274726164655f736563726574222c226e756d626572223a22222c227469746c65223a22e69eb8e69d9ee586bbe5b9b2e5b7a5e889bae58f82e695b0222c22737461747573223a226772616e746564222c2266696c65645f6f6e223a6e756c6c2c22657870697265735f6f6e223a6e756c6c7d5d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1eee-7473-a34b-b6e7ce7c4991', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'POST /v1/achievements/01a207ce-1eaf-772e-94ef-0d2fa527d74f/publish', 'official-one-5', 'b226e2ecdcb94996af5da0e6194df8540ced708c03b38ee37805693803791d2e', 200, '{"content-type": "application/json", "etag": "\"3\""}', '\x7b227375626a656374223a22616368696576656d656e74222c226964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c2276657273696f6e223a332c22737461747573223a227075626c6973686564222c227469746c65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889ba222c2273756d6d617279223a22e9b29ce69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e588b6e7b2892ce4bf9de68c81e889b2e6b3bde5928ce5a49ae7b396e38082222c226b6579776f726473223a5b22e69eb8e69d9e222c22e586b7e586bbe5b9b2e787a5225d2c226669656c645f636f6465223a223039222c22696e6475737472795f636f6465223a6e756c6c2c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c22726567696f6e5f636f6465223a22363430313034222c226f776e65725f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c226f776e65725f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c227075626c69736865645f6174223a22323032362d30342d30385430323a30303a30305a222c22657870697265735f6174223a22323032362d31302d30355430323a30303a30305a222c226f726967696e223a22656e7465726564222c2263617465676f7279223a226170706c696564222c227374616765223a226d6174757265222c2274726c223a382c227472616e736665725f77617973223a5b226c6963656e6365222c227472616e73666572225d2c2261736b696e675f70726963655f636e79223a223930303030302e3030222c22766965776572223a227265766965776572222c2262726f6b65725f6964223a6e756c6c2c227375626d69747465645f6174223a22323032362d30342d30385430323a30303a30305a222c2272656e657765645f6174223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a222c2268696464656e5f6669656c6473223a5b5d2c22616c6c6f7765645f616374696f6e73223a5b227769746864726177225d2c2272657475726e5f726561736f6e223a22222c22646973636c6f73757265223a7b7d2c22736f757263655f726566223a6e756c6c2c2268696e7473223a5b5d2c22726567697374726174696f6e5f6e6f223a6e756c6c2c22726567697374657265645f6f6e223a6e756c6c2c226465736372697074696f6e223a22e9b29ce69eb8e69d9ee7bb8fe7b396e985b8e6b897e9808fe7a0b4e5a381e5908ee79c9fe7a9bae586b7e586bbe5b9b2e787a52ce789a9e69699e6b8a9e5baa6e4b88de9ab98e4ba8e203435e284832ce5b9b2e787a520313620e5b08fe697b62ce590abe6b0b4e78e8720352520e4bba5e4b88b2ce7b289e4bd93e4b88de7bb93e59d97e38082222c22636f6e666964656e7469616c5f64657461696c223a22222c22666f726d5f636f6465223a6e756c6c2c226174747269627574655f636f6465223a6e756c6c2c226c6576656c5f636f6465223a6e756c6c2c226576616c756174696f6e5f6d6574686f645f636f6465223a6e756c6c2c226576616c7561746f72223a22222c226576616c75617465645f6f6e223a6e756c6c2c22706c616e5f736f757263655f636f6465223a6e756c6c2c22636f6d706c6574657273223a5b5d2c226578636c75736976655f6f6e6c79223a66616c73652c226f6666657265645f726567696f6e5f636f646573223a5b5d2c22617661696c61626c655f66726f6d223a6e756c6c2c2277616e74735f62726f6b6572223a66616c73652c22696e64696361746f7273223a5b7b22706f736974696f6e223a302c226e616d65223a22e590abe6b0b4e78e87222c226f70657261746f72223a226c65222c2276616c7565223a2235222c2276616c75655f68696768223a6e756c6c2c22756e6974223a2225222c2274657874223a22227d5d2c22696e74656c6c65637475616c5f70726f7065727479223a5b7b22706f736974696f6e223a302c226b696e645f636f6465223a2274726164655f736563726574222c226e756d626572223a22222c227469746c65223a22e69eb8e69d9ee586bbe5b9b2e5b7a5e889bae58f82e695b0222c22737461747573223a226772616e746564222c2266696c65645f6f6e223a6e756c6c2c22657870697265735f6f6e223a6e756c6c7d5d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-2279-7671-b483-af4bbafd70fa', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'POST /v1/brokers', 'administrator-9', '6800a4c6ae77189957dabe497e58ae6ab35b57e4d0754c95940e639e4949c7f6', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/brokers/01a207ce-227c-775c-bc47-d1cc27f882aa"}', '\x7b226964223a2230316132303763652d323237632d373735632d626334372d643163633237663838326161222c2276657273696f6e223a312c226e616d65223a2262726f6b65722d69646c6528e6bc94e7a4ba29222c2270617274795f6964223a2230316132303763652d316433372d373430322d613134632d363438363866613764353661222c2270617274795f6e616d65223a22e7a4bae88c83e697a0e585b3e4bc81e4b89a28e6bc94e7a4ba29222c227175616c696669636174696f6e5f636f6465223a226a756e696f72222c227175616c696669636174696f6e223a22e5889de7baa7e68a80e69cafe7bb8fe7baaae4baba222c227175616c69666965645f756e74696c223a6e756c6c2c2269735f7175616c6966696564223a747275652c226669656c645f636f646573223a5b5d2c22696e6475737472795f636f646573223a5b5d2c22726567696f6e5f636f646573223a5b5d2c226c6f6164223a302c226d61785f6c6f6164223a32302c2269735f616374697665223a747275657d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-2303-77d8-a08a-237d82303b38', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'POST /v1/projects', 'official-one-9', 'a6bdece042ae47614f810df776c9101fa12dae05bcd0a1af2f883e096303fb03', 201, '{"content-type": "application/json", "location": "/v1/projects/01a207ce-2307-7446-9f9f-84d3e8145cd6", "etag": "\"1\""}', '\x7b226964223a2230316132303763652d323330372d373434362d396639662d383464336538313435636436222c2276657273696f6e223a312c2279656172223a323032362c226e756d626572223a312c227469746c65223a22e69eb8e69d9ee586bbe5b9b2e7b289e4b8ade8af95e8bdace58c96e9a1b9e79bae28e6bc94e7a4ba29222c22616368696576656d656e745f6964223a6e756c6c2c22656e74657270726973655f70617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c22656e74657270726973655f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c22696e737469747574655f70617274795f6964223a6e756c6c2c22696e737469747574655f6e616d65223a22222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6e616d65223a22e585b4e5ba86e58cba222c226669656c645f636f6465223a223039222c226669656c645f6e616d65223a22e5869ce4b89a222c226c6f63616c5f696e6475737472795f636f6465223a6e756c6c2c226c6f63616c5f696e6475737472795f6e616d65223a22222c227374616765223a2273616d706c65222c22737461747573223a22706c616e6e6564222c22746f74616c5f696e766573746d656e745f636e79223a22383030303030302e3030222c227075626c69635f66756e64696e675f636e79223a22323030303030302e3030222c2272656c65617365645f636e79223a22302e3030222c2266726f7a656e5f636e79223a22302e3030222c227374617274735f6f6e223a22323032362d30332d3031222c226475655f6f6e223a22323032372d31322d3331222c227472616e736665727265645f6f6e223a6e756c6c2c227465726d696e617465645f6f6e223a6e756c6c2c227374617475735f6e6f7465223a22222c2269735f64656d6f223a66616c73652c226f726967696e223a22656e7465726564222c226d696c6573746f6e6573223a5b7b22706f736974696f6e223a312c227469746c65223a22e5ae8ce68890e4b889e689b9e4b8ade8af9528e6bc94e7a4ba29222c226d656173757265223a22222c227374616765223a2273616d706c65222c226475655f6f6e223a22323032362d30392d3330222c226d6f6e65795f636e79223a22302e3030222c22737461747573223a226f70656e222c2261737365737365645f6f6e223a6e756c6c2c2265766964656e6365223a22222c227265706c616365735f706f736974696f6e223a6e756c6c7d5d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1f44-7523-b0fe-74565c32f7c8', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', 'POST /v1/needs', 'enterprise-user-1', '4a28a28ab09c398ac76ae2ae165ac189cbb649456c47b224cf9687bd75feefdb', 201, '{"content-type": "application/json", "location": "/v1/needs/01a207ce-1f46-7300-965b-3ebffd67429e", "etag": "\"1\""}', '\x7b227375626a656374223a226e656564222c226964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c2276657273696f6e223a312c22737461747573223a226472616674222c227469746c65223a22e69eb8e69d9ee9b29ce69e9ce586b7e586bbe5b9b2e787a5e588b6e7b289e5b7a5e889ba222c2273756d6d617279223a22e69eb8e69d9ee9b29ce69e9ce588b6e7b289e69893e7bb93e59d97e8a490e58f982ce6b182e586b7e586bbe5b9b2e787a5e5b7a5e889bae38082222c226b6579776f726473223a5b5d2c226669656c645f636f6465223a223039222c22696e6475737472795f636f6465223a6e756c6c2c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c22726567696f6e5f636f6465223a22363430313034222c226f776e65725f70617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c226f776e65725f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c227075626c69736865645f6174223a6e756c6c2c22657870697265735f6174223a6e756c6c2c226f726967696e223a22656e7465726564222c226275646765745f6d696e5f636e79223a6e756c6c2c226275646765745f6d61785f636e79223a22313530303030302e3030222c226d696e5f74726c223a362c226d6f64655f636f646573223a5b5d2c226e65656465645f6279223a6e756c6c2c22766965776572223a226f776e6572222c2262726f6b65725f6964223a6e756c6c2c227375626d69747465645f6174223a6e756c6c2c2272656e657765645f6174223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a222c2268696464656e5f6669656c6473223a5b5d2c22616c6c6f7765645f616374696f6e73223a5b2265646974222c227375626d6974222c227769746864726177225d2c2272657475726e5f726561736f6e223a22222c22646973636c6f73757265223a7b7d2c22736f757263655f726566223a6e756c6c2c2268696e7473223a5b7b226669656c64223a226b6579776f726473222c226b696e64223a226d697373696e67222c226d657373616765223a22e6b2a1e69c89e585b3e994aee8af8d2ce5bbbae8aeaee5a1abe58699203120e887b3203520e4b8aae38082227d2c7b226669656c64223a226e65656465645f6279222c226b696e64223a226d697373696e67222c226d657373616765223a22e6b2a1e69c89e5a1abe58699e99c80e6b182e697b6e99990e38082227d2c7b226669656c64223a226d6f64655f636f646573222c226b696e64223a226d697373696e67222c226d657373616765223a22e6b2a1e69c89e8afb4e6988ee59088e4bd9ce696b9e5bc8f2ce5b086e8a786e4b8bae59084e7a78de696b9e5bc8fe59d87e58fafe38082227d5d2c2270726f626c656d223a22e69eb8e69d9ee783ade9a38ee588b6e5b9b2e5908ee7b289e7a28ee69893e7bb93e59d97e38081e8a490e58f982ce5a49ae7b396e68d9fe5a4b1e5a4a7e38082222c226b65795f746563686e6f6c6f6779223a22e69eb8e69d9ee9b29ce69e9ce79c9fe7a9bae586b7e586bbe5b9b2e787a52ce590abe6b0b4e78e87e4b88de9ab98e4ba8e2035252ce7b289e4bd93e4b88de7bb93e59d97e38082222c2265787065637465645f6f7574636f6d65223a22e5bbbae68890e5b9b4e5a484e79086e9b29ce69e9c203230303020e590a8e79a84e586bbe5b9b2e7b289e7949fe4baa7e7babfe38082222c226261636b67726f756e64223a22222c22636f6e666964656e7469616c5f64657461696c223a22222c2261637469766974795f747970655f636f6465223a6e756c6c2c227472616e736665725f77617973223a5b226c6963656e6365225d2c226578636c75736976697479223a22616e79222c2261636365707465645f726567696f6e5f636f646573223a5b5d2c22736f6c7665725f636f6e646974696f6e73223a22222c2269705f7465726d73223a22222c22696e64696361746f7273223a5b7b22706f736974696f6e223a302c226e616d65223a22e590abe6b0b4e78e87222c226f70657261746f72223a226c65222c2276616c7565223a2235222c2276616c75655f68696768223a6e756c6c2c22756e6974223a2225222c2274657874223a22222c2263757272656e745f76616c7565223a22222c22746573745f6d6574686f64223a22227d5d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1f60-7767-b523-4b920cfdaeee', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', 'POST /v1/needs/01a207ce-1f46-7300-965b-3ebffd67429e/submit', 'enterprise-user-2', 'f3b5ff4d8b680d1b5d9d86dd6e626f488a66492c2677cb3323d9e34b38a28207', 200, '{"content-type": "application/json", "etag": "\"2\""}', '\x7b227375626a656374223a226e656564222c226964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c2276657273696f6e223a322c22737461747573223a227375626d6974746564222c227469746c65223a22e69eb8e69d9ee9b29ce69e9ce586b7e586bbe5b9b2e787a5e588b6e7b289e5b7a5e889ba222c2273756d6d617279223a22e69eb8e69d9ee9b29ce69e9ce588b6e7b289e69893e7bb93e59d97e8a490e58f982ce6b182e586b7e586bbe5b9b2e787a5e5b7a5e889bae38082222c226b6579776f726473223a5b5d2c226669656c645f636f6465223a223039222c22696e6475737472795f636f6465223a6e756c6c2c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c22726567696f6e5f636f6465223a22363430313034222c226f776e65725f70617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c226f776e65725f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c227075626c69736865645f6174223a6e756c6c2c22657870697265735f6174223a6e756c6c2c226f726967696e223a22656e7465726564222c226275646765745f6d696e5f636e79223a6e756c6c2c226275646765745f6d61785f636e79223a22313530303030302e3030222c226d696e5f74726c223a362c226d6f64655f636f646573223a5b5d2c226e65656465645f6279223a6e756c6c2c22766965776572223a226f776e6572222c2262726f6b65725f6964223a6e756c6c2c227375626d69747465645f6174223a22323032362d30342d30385430323a30303a30305a222c2272656e657765645f6174223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a222c2268696464656e5f6669656c6473223a5b5d2c22616c6c6f7765645f616374696f6e73223a5b227769746864726177225d2c2272657475726e5f726561736f6e223a22222c22646973636c6f73757265223a7b7d2c22736f757263655f726566223a6e756c6c2c2268696e7473223a5b7b226669656c64223a226b6579776f726473222c226b696e64223a226d697373696e67222c226d657373616765223a22e6b2a1e69c89e585b3e994aee8af8d2ce5bbbae8aeaee5a1abe58699203120e887b3203520e4b8aae38082227d2c7b226669656c64223a226e65656465645f6279222c226b696e64223a226d697373696e67222c226d657373616765223a22e6b2a1e69c89e5a1abe58699e99c80e6b182e697b6e99990e38082227d2c7b226669656c64223a226d6f64655f636f646573222c226b696e64223a226d697373696e67222c226d657373616765223a22e6b2a1e69c89e8afb4e6988ee59088e4bd9ce696b9e5bc8f2ce5b086e8a786e4b8bae59084e7a78de696b9e5bc8fe59d87e58fafe38082227d5d2c2270726f626c656d223a22e69eb8e69d9ee783ade9a38ee588b6e5b9b2e5908ee7b289e7a28ee69893e7bb93e59d97e38081e8a490e58f982ce5a49ae7b396e68d9fe5a4b1e5a4a7e38082222c226b65795f746563686e6f6c6f6779223a22e69eb8e69d9ee9b29ce69e9ce79c9fe7a9bae586b7e586bbe5b9b2e787a52ce590abe6b0b4e78e87e4b88de9ab98e4ba8e2035252ce7b289e4bd93e4b88de7bb93e59d97e38082222c2265787065637465645f6f7574636f6d65223a22e5bbbae68890e5b9b4e5a484e79086e9b29ce69e9c203230303020e590a8e79a84e586bbe5b9b2e7b289e7949fe4baa7e7babfe38082222c226261636b67726f756e64223a22222c22636f6e666964656e7469616c5f64657461696c223a22222c2261637469766974795f747970655f636f6465223a6e756c6c2c227472616e736665725f77617973223a5b226c6963656e6365225d2c226578636c75736976697479223a22616e79222c2261636365707465645f726567696f6e5f636f646573223a5b5d2c22736f6c7665725f636f6e646974696f6e73223a22222c2269705f7465726d73223a22222c22696e64696361746f7273223a5b7b22706f736974696f6e223a302c226e616d65223a22e590abe6b0b4e78e87222c226f70657261746f72223a226c65222c2276616c7565223a2235222c2276616c75655f68696768223a6e756c6c2c22756e6974223a2225222c2274657874223a22222c2263757272656e745f76616c7565223a22222c22746573745f6d6574686f64223a22227d5d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-1f7c-70c7-9eb3-040b64b6dab0', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'POST /v1/needs/01a207ce-1f46-7300-965b-3ebffd67429e/publish', 'official-one-6', 'b6cda1b6385077459b299996090951d3a31288f49c5a949b5399ab336482d63f', 200, '{"content-type": "application/json", "etag": "\"3\""}', '\x7b227375626a656374223a226e656564222c226964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c2276657273696f6e223a332c22737461747573223a227075626c6973686564222c227469746c65223a22e69eb8e69d9ee9b29ce69e9ce586b7e586bbe5b9b2e787a5e588b6e7b289e5b7a5e889ba222c2273756d6d617279223a22e69eb8e69d9ee9b29ce69e9ce588b6e7b289e69893e7bb93e59d97e8a490e58f982ce6b182e586b7e586bbe5b9b2e787a5e5b7a5e889bae38082222c226b6579776f726473223a5b5d2c226669656c645f636f6465223a223039222c22696e6475737472795f636f6465223a6e756c6c2c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c22726567696f6e5f636f6465223a22363430313034222c226f776e65725f70617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c226f776e65725f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c227075626c69736865645f6174223a22323032362d30342d30385430323a30303a30305a222c22657870697265735f6174223a22323032362d31302d30355430323a30303a30305a222c226f726967696e223a22656e7465726564222c226275646765745f6d696e5f636e79223a6e756c6c2c226275646765745f6d61785f636e79223a22313530303030302e3030222c226d696e5f74726c223a362c226d6f64655f636f646573223a5b5d2c226e65656465645f6279223a6e756c6c2c22766965776572223a227265766965776572222c2262726f6b65725f6964223a6e756c6c2c227375626d69747465645f6174223a22323032362d30342d30385430323a30303a30305a222c2272656e657765645f6174223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a222c2268696464656e5f6669656c6473223a5b5d2c22616c6c6f7765645f616374696f6e73223a5b227769746864726177225d2c2272657475726e5f726561736f6e223a22222c22646973636c6f73757265223a7b7d2c22736f757263655f726566223a6e756c6c2c2268696e7473223a5b7b226669656c64223a226b6579776f726473222c226b696e64223a226d697373696e67222c226d657373616765223a22e6b2a1e69c89e585b3e994aee8af8d2ce5bbbae8aeaee5a1abe58699203120e887b3203520e4b8aae38082227d2c7b226669656c64223a226e65656465645f6279222c226b696e64223a226d697373696e67222c226d657373616765223a22e6b2a1e69c89e5a1abe58699e99c80e6b182e697b6e99990e38082227d2c7b226669656c64223a226d6f64655f636f646573222c226b696e64223a226d697373696e67222c226d657373616765223a22e6b2a1e69c89e8afb4e6988ee59088e4bd9ce696b9e5bc8f2ce5b086e8a786e4b8bae59084e7a78de696b9e5bc8fe59d87e58fafe38082227d5d2c2270726f626c656d223a22e69eb8e69d9ee783ade9a38ee588b6e5b9b2e5908ee7b289e7a28ee69893e7bb93e59d97e38081e8a490e58f982ce5a49ae7b396e68d9fe5a4b1e5a4a7e38082222c226b65795f746563686e6f6c6f6779223a22e69eb8e69d9ee9b29ce69e9ce79c9fe7a9bae586b7e586bbe5b9b2e787a52ce590abe6b0b4e78e87e4b88de9ab98e4ba8e2035252ce7b289e4bd93e4b88de7bb93e59d97e38082222c2265787065637465645f6f7574636f6d65223a22e5bbbae68890e5b9b4e5a484e79086e9b29ce69e9c203230303020e590a8e79a84e586bbe5b9b2e7b289e7949fe4baa7e7babfe38082222c226261636b67726f756e64223a22222c22636f6e666964656e7469616c5f64657461696c223a22222c2261637469766974795f747970655f636f6465223a6e756c6c2c227472616e736665725f77617973223a5b226c6963656e6365225d2c226578636c75736976697479223a22616e79222c2261636365707465645f726567696f6e5f636f646573223a5b5d2c22736f6c7665725f636f6e646974696f6e73223a22222c2269705f7465726d73223a22222c22696e64696361746f7273223a5b7b22706f736974696f6e223a302c226e616d65223a22e590abe6b0b4e78e87222c226f70657261746f72223a226c65222c2276616c7565223a2235222c2276616c75655f68696768223a6e756c6c2c22756e6974223a2225222c2274657874223a22222c2263757272656e745f76616c7565223a22222c22746573745f6d6574686f64223a22227d5d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-207e-762f-86ea-5799ea699bce', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'POST /v1/matches/01a207ce-1fa9-74d1-b690-3b71df4232b5/assign', 'official-one-7', 'e9b6038e3dec21ed9be4e0931cd078a76b1268cdf672dc50caa6e37742e10a86', 204, '{"content-type": "application/json"}', '\x', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-209d-75a7-9861-87d20df9951a', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', 'POST /v1/matches/01a207ce-1fa9-74d1-b690-3b71df4232b5/interest', 'enterprise-user-3', '3b6509aa979ef85e7c2bf41b8b4b6224c0ad401e91783f5725e24a773ce66aac', 200, '{"content-type": "application/json", "etag": "\"3\""}', '\x7b226964223a2230316132303763652d316661392d373464312d623639302d336237316466343233326235222c2276657273696f6e223a332c226e656564223a7b227375626a656374223a226e656564222c226964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c2276657273696f6e223a332c22737461747573223a227075626c6973686564222c227469746c65223a22e69eb8e69d9ee9b29ce69e9ce586b7e586bbe5b9b2e787a5e588b6e7b289e5b7a5e889ba222c2273756d6d617279223a22e69eb8e69d9ee9b29ce69e9ce588b6e7b289e69893e7bb93e59d97e8a490e58f982ce6b182e586b7e586bbe5b9b2e787a5e5b7a5e889bae38082222c226b6579776f726473223a5b5d2c226669656c645f636f6465223a223039222c22696e6475737472795f636f6465223a6e756c6c2c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c22726567696f6e5f636f6465223a22363430313034222c226f776e65725f70617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c226f776e65725f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c227075626c69736865645f6174223a22323032362d30342d30385430323a30303a30305a222c22657870697265735f6174223a22323032362d31302d30355430323a30303a30305a222c226f726967696e223a22656e7465726564222c226275646765745f6d696e5f636e79223a6e756c6c2c226275646765745f6d61785f636e79223a22313530303030302e3030222c226d696e5f74726c223a362c226d6f64655f636f646573223a5b5d2c226e65656465645f6279223a6e756c6c7d2c22616368696576656d656e74223a7b227375626a656374223a22616368696576656d656e74222c226964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c2276657273696f6e223a332c22737461747573223a227075626c6973686564222c227469746c65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889ba222c2273756d6d617279223a22e9b29ce69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e588b6e7b2892ce4bf9de68c81e889b2e6b3bde5928ce5a49ae7b396e38082222c226b6579776f726473223a5b22e69eb8e69d9e222c22e586b7e586bbe5b9b2e787a5225d2c226669656c645f636f6465223a223039222c22696e6475737472795f636f6465223a6e756c6c2c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c22726567696f6e5f636f6465223a22363430313034222c226f776e65725f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c226f776e65725f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c227075626c69736865645f6174223a22323032362d30342d30385430323a30303a30305a222c22657870697265735f6174223a22323032362d31302d30355430323a30303a30305a222c226f726967696e223a22656e7465726564222c2263617465676f7279223a226170706c696564222c227374616765223a226d6174757265222c2274726c223a382c227472616e736665725f77617973223a5b226c6963656e6365222c227472616e73666572225d2c2261736b696e675f70726963655f636e79223a223930303030302e3030227d2c2273636f7265223a38332e373534392c227061727473223a7b226669656c64223a372e353536382c227072696365223a332e313438372c227469746c65223a322e3934362c22776f726473223a332e313938362c22696e647573747279223a332e373738342c2266726573686e657373223a332e313438372c2272656164696e657373223a332e313438372c2263686172616374657273223a35362e3832397d2c227465726d73223a5b22e69eb8e69d9e222c22e7b289e7a28e222c22e5a49ae7b396222c22e5b7a5e889ba222c22e588b6e7b289222c22e7bb93e59d97222c22e79c9fe7a9bae586b7e586bbe5b9b2e787a5222c22e590abe6b0b4e78e87222c22e7b289e4bd93222c22e9ab98e4ba8e225d2c226d6f64656c5f76657273696f6e223a226c65786963616c2d312b312d386337316338333437626238222c22636f6d70757465645f6174223a22323032362d30342d30385430323a30303a30305a222c22736f75726365223a22656e67696e65222c22737461747573223a22696e7465726573746564222c227374617475735f6c6162656c223a22e4b880e696b9e69c89e6848fe59091222c2262726f6b65725f6964223a2230316132303763652d316537612d373038662d626566352d386635366137663966336438222c2262726f6b65725f6e616d65223a2262726f6b65722d7573657228e6bc94e7a4ba29222c2266697273745f696e746572657374223a226e656564222c22726573706f6e645f6279223a22323032362d30342d3135222c2269735f6f766572647565223a66616c73652c22657363616c617465645f6174223a6e756c6c2c226465636c696e65645f6279223a6e756c6c2c226465636c696e655f726561736f6e5f636f6465223a6e756c6c2c226465636c696e655f726561736f6e223a22222c226465636c696e655f616476696365223a22222c226465636c696e655f6e6f7465223a22222c227669657765725f73696465223a226e656564222c22616c6c6f7765645f616374696f6e73223a5b226465636c696e65222c226e6f746573225d2c226576656e7473223a5b7b226174223a22323032362d30342d30385430323a30303a30305a222c2273696465223a6e756c6c2c22616374696f6e223a2261737369676e222c22616374696f6e5f6c6162656c223a22e68c87e6b4bee68a80e69cafe7bb8fe79086e4baba222c226e6f7465223a22227d2c7b226174223a22323032362d30342d30385430323a30303a30305a222c2273696465223a226e656564222c22616374696f6e223a22657870726573735f696e746572657374222c22616374696f6e5f6c6162656c223a22e8a1a8e8bebee6848fe59091222c226e6f7465223a22227d5d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-20bb-74a7-ae62-3e207051f0f2', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'POST /v1/matches/01a207ce-1fa9-74d1-b690-3b71df4232b5/interest', 'institute-user-3', '3b6509aa979ef85e7c2bf41b8b4b6224c0ad401e91783f5725e24a773ce66aac', 200, '{"content-type": "application/json", "etag": "\"4\""}', '\x7b226964223a2230316132303763652d316661392d373464312d623639302d336237316466343233326235222c2276657273696f6e223a342c226e656564223a7b227375626a656374223a226e656564222c226964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c2276657273696f6e223a332c22737461747573223a227075626c6973686564222c227469746c65223a22e69eb8e69d9ee9b29ce69e9ce586b7e586bbe5b9b2e787a5e588b6e7b289e5b7a5e889ba222c2273756d6d617279223a22e69eb8e69d9ee9b29ce69e9ce588b6e7b289e69893e7bb93e59d97e8a490e58f982ce6b182e586b7e586bbe5b9b2e787a5e5b7a5e889bae38082222c226b6579776f726473223a5b5d2c226669656c645f636f6465223a223039222c22696e6475737472795f636f6465223a6e756c6c2c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c22726567696f6e5f636f6465223a22363430313034222c226f776e65725f70617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c226f776e65725f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c227075626c69736865645f6174223a22323032362d30342d30385430323a30303a30305a222c22657870697265735f6174223a22323032362d31302d30355430323a30303a30305a222c226f726967696e223a22656e7465726564222c226275646765745f6d696e5f636e79223a6e756c6c2c226275646765745f6d61785f636e79223a22313530303030302e3030222c226d696e5f74726c223a362c226d6f64655f636f646573223a5b5d2c226e65656465645f6279223a6e756c6c7d2c22616368696576656d656e74223a7b227375626a656374223a22616368696576656d656e74222c226964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c2276657273696f6e223a332c22737461747573223a227075626c6973686564222c227469746c65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889ba222c2273756d6d617279223a22e9b29ce69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e588b6e7b2892ce4bf9de68c81e889b2e6b3bde5928ce5a49ae7b396e38082222c226b6579776f726473223a5b22e69eb8e69d9e222c22e586b7e586bbe5b9b2e787a5225d2c226669656c645f636f6465223a223039222c22696e6475737472795f636f6465223a6e756c6c2c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c22726567696f6e5f636f6465223a22363430313034222c226f776e65725f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c226f776e65725f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c227075626c69736865645f6174223a22323032362d30342d30385430323a30303a30305a222c22657870697265735f6174223a22323032362d31302d30355430323a30303a30305a222c226f726967696e223a22656e7465726564222c2263617465676f7279223a226170706c696564222c227374616765223a226d6174757265222c2274726c223a382c227472616e736665725f77617973223a5b226c6963656e6365222c227472616e73666572225d2c2261736b696e675f70726963655f636e79223a223930303030302e3030227d2c2273636f7265223a38332e373534392c227061727473223a7b226669656c64223a372e353536382c227072696365223a332e313438372c227469746c65223a322e3934362c22776f726473223a332e313938362c22696e647573747279223a332e373738342c2266726573686e657373223a332e313438372c2272656164696e657373223a332e313438372c2263686172616374657273223a35362e3832397d2c227465726d73223a5b22e69eb8e69d9e222c22e7b289e7a28e222c22e5a49ae7b396222c22e5b7a5e889ba222c22e588b6e7b289222c22e7bb93e59d97222c22e79c9fe7a9bae586b7e586bbe5b9b2e787a5222c22e590abe6b0b4e78e87222c22e7b289e4bd93222c22e9ab98e4ba8e225d2c226d6f64656c5f76657273696f6e223a226c65786963616c2d312b312d386337316338333437626238222c22636f6d70757465645f6174223a22323032362d30342d30385430323a30303a30305a222c22736f75726365223a22656e67696e65222c22737461747573223a22636f6e73656e746564222c227374617475735f6c6162656c223a22e58f8ce696b9e5908ce6848f222c2262726f6b65725f6964223a2230316132303763652d316537612d373038662d626566352d386635366137663966336438222c2262726f6b65725f6e616d65223a2262726f6b65722d7573657228e6bc94e7a4ba29222c2266697273745f696e746572657374223a226e656564222c22726573706f6e645f6279223a22323032362d30342d3135222c2269735f6f766572647565223a66616c73652c22657363616c617465645f6174223a6e756c6c2c226465636c696e65645f6279223a6e756c6c2c226465636c696e655f726561736f6e5f636f6465223a6e756c6c2c226465636c696e655f726561736f6e223a22222c226465636c696e655f616476696365223a22222c226465636c696e655f6e6f7465223a22222c227669657765725f73696465223a22616368696576656d656e74222c22616c6c6f7765645f616374696f6e73223a5b226465636c696e65222c226f70656e5f6465616c222c226e6f746573225d2c226576656e7473223a5b7b226174223a22323032362d30342d30385430323a30303a30305a222c2273696465223a6e756c6c2c22616374696f6e223a2261737369676e222c22616374696f6e5f6c6162656c223a22e68c87e6b4bee68a80e69cafe7bb8fe79086e4baba222c226e6f7465223a22227d2c7b226174223a22323032362d30342d30385430323a30303a30305a222c2273696465223a226e656564222c22616374696f6e223a22657870726573735f696e746572657374222c22616374696f6e5f6c6162656c223a22e8a1a8e8bebee6848fe59091222c226e6f7465223a22227d2c7b226174223a22323032362d30342d30385430323a30303a30305a222c2273696465223a22616368696576656d656e74222c22616374696f6e223a22636f6e73656e74222c22616374696f6e5f6c6162656c223a22e5908ce6848fe5afb9e68ea5222c226e6f7465223a22227d5d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-20dd-72e3-a326-d0756e161b79', '01a207ce-1df3-76a3-abfc-7915f342d60d', 'POST /v1/deals', 'broker-user-1', 'c5c78e06856f8bfd11da24aeca964680f485ae23bf1938936ecdd93b7b286dc5', 201, '{"content-type": "application/json", "location": "/v1/deals/01a207ce-20e1-709f-9f4d-c260bbb7ad86", "etag": "\"1\""}', '\x7b226964223a2230316132303763652d323065312d373039662d396634642d633236306262623761643836222c2276657273696f6e223a312c226d617463685f6964223a2230316132303763652d316661392d373464312d623639302d336237316466343233326235222c226e6565645f6964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c226e6565645f7469746c65223a22e69eb8e69d9ee9b29ce69e9ce586b7e586bbe5b9b2e787a5e588b6e7b289e5b7a5e889ba222c22616368696576656d656e745f6964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c22616368696576656d656e745f7469746c65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889ba222c2270726f76696465725f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270726f76696465725f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c2261637175697265725f70617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c2261637175697265725f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c2262726f6b65725f6964223a2230316132303763652d316537612d373038662d626566352d386635366137663966336438222c2262726f6b65725f6e616d65223a2262726f6b65722d7573657228e6bc94e7a4ba29222c22737461747573223a2274616c6b73222c227374617475735f6c6162656c223a22e6b4bde8b088e4b8ad222c22617761697465645f73696465223a6e756c6c2c22726573706f6e645f6279223a22323032362d30342d3135222c2269735f6f766572647565223a66616c73652c22657363616c617465645f6174223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a222c226167726565645f6174223a6e756c6c2c22636c6f7365645f6174223a6e756c6c2c227669657765725f73696465223a6e756c6c2c226167726565645f70726f706f73616c5f6964223a6e756c6c2c22636c6f7365645f62795f70617274795f6964223a6e756c6c2c22636c6f73655f726561736f6e5f636f6465223a6e756c6c2c22636c6f73655f726561736f6e223a22222c22636c6f73655f6e6f7465223a22222c2270726f706f73616c73223a5b5d2c226576656e7473223a5b7b226174223a22323032362d30342d30385430323a30303a30305a222c2270617274795f6964223a2230316132303763652d316432632d373530642d383836362d373735393461626166653263222c2270617274795f6e616d65223a22e7a4bae88c83e68a80e69cafe8bdace7a7bbe69cbae69e8428e6bc94e7a4ba29222c22616374696f6e223a226f70656e222c22616374696f6e5f6c6162656c223a22e5bc80e590afe6b4bde8b088222c226e6f7465223a22227d5d2c22616c6c6f7765645f616374696f6e73223a5b2261737369676e222c226e6f746573225d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-2112-76cf-b679-de9bc95c3f9e', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'POST /v1/deals/01a207ce-20e1-709f-9f4d-c260bbb7ad86/propose', 'institute-user-4', 'c010fb3a19c0e4b33512b4cfd33e8c32b9ba654af35dc121d2f4e134ddd5eaf6', 200, '{"content-type": "application/json", "etag": "\"2\""}', '\x7b226964223a2230316132303763652d323065312d373039662d396634642d633236306262623761643836222c2276657273696f6e223a322c226d617463685f6964223a2230316132303763652d316661392d373464312d623639302d336237316466343233326235222c226e6565645f6964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c226e6565645f7469746c65223a22e69eb8e69d9ee9b29ce69e9ce586b7e586bbe5b9b2e787a5e588b6e7b289e5b7a5e889ba222c22616368696576656d656e745f6964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c22616368696576656d656e745f7469746c65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889ba222c2270726f76696465725f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270726f76696465725f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c2261637175697265725f70617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c2261637175697265725f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c2262726f6b65725f6964223a2230316132303763652d316537612d373038662d626566352d386635366137663966336438222c2262726f6b65725f6e616d65223a2262726f6b65722d7573657228e6bc94e7a4ba29222c22737461747573223a2270726f706f736564222c227374617475735f6c6162656c223a22e696b9e6a188e5be85e5afb9e696b9e7a1aee8aea4222c22617761697465645f73696465223a226e656564222c22726573706f6e645f6279223a22323032362d30342d3135222c2269735f6f766572647565223a66616c73652c22657363616c617465645f6174223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a222c226167726565645f6174223a6e756c6c2c22636c6f7365645f6174223a6e756c6c2c227669657765725f73696465223a22616368696576656d656e74222c226167726565645f70726f706f73616c5f6964223a6e756c6c2c22636c6f7365645f62795f70617274795f6964223a6e756c6c2c22636c6f73655f726561736f6e5f636f6465223a6e756c6c2c22636c6f73655f726561736f6e223a22222c22636c6f73655f6e6f7465223a22222c2270726f706f73616c73223a5b7b226964223a2230316132303763652d323131612d373561362d383866642d376433396361313732623637222c226e756d626572223a312c2273696465223a22616368696576656d656e74222c2262795f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c22737461747573223a226f70656e222c22636f6e74726163745f6b696e645f636f6465223a22584b222c22636f6e74726163745f6b696e64223a22e68a80e69cafe8aeb8e58faf222c22636f6e74726163745f7375626b696e645f636f6465223a22584b32222c22636f6e74726163745f7375626b696e64223a22e68a80e69cafe7a798e5af86e4bdbfe794a8e8aeb8e58faf222c22636f6e74726163745f616d6f756e745f636e79223a22313230303030302e3030222c22746563686e6f6c6f67795f616d6f756e745f636e79223a22313030303030302e3030222c227061796d656e745f6d6f64655f636f6465223a22696e7374616c6d656e7473222c227061796d656e745f6d6f6465223a22e58886e69c9fe694afe4bb98222c226c6963656e63655f6d6f64655f636f6465223a226f7264696e617279222c226c6963656e63655f6d6f6465223a22e699aee9809ae8aeb8e58faf222c227374617274735f6f6e223a22323032362d30352d3031222c22656e64735f6f6e223a22323033312d30342d3330222c227375626a6563745f6d6174746572223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889bae68a80e69cafe7a798e5af86e79a84e699aee9809ae4bdbfe794a8e8aeb8e58faf2ce590abe5b7a5e889bae69687e4bbb6e4b880e5a597e4b88ee4b8a4e6aca1e78eb0e59cbae68c87e5afbce38082222c2269705f7465726d73223a22e68a80e69cafe7a798e5af86e5bd92e8aeb8e58fafe696b9e68980e69c892ce8a2abe8aeb8e58fafe696b9e5908ee7bbade694b9e8bf9be5bd92e694b9e8bf9be696b9e68980e69c89e38082222c22616363657074616e63655f7465726d73223a22e8bf9ee7bbade4b889e689b9e4baa7e59381e590abe6b0b4e78e87e4b88de9ab98e4ba8e2035252ce794b1e58f8ce696b9e585b1e5908ce58f96e6a0b7e6a380e9aa8ce38082222c226f6666657265645f6174223a22323032362d30342d30385430323a30303a30305a227d5d2c226576656e7473223a5b7b226174223a22323032362d30342d30385430323a30303a30305a222c2270617274795f6964223a2230316132303763652d316432632d373530642d383836362d373735393461626166653263222c2270617274795f6e616d65223a22e7a4bae88c83e68a80e69cafe8bdace7a7bbe69cbae69e8428e6bc94e7a4ba29222c22616374696f6e223a226f70656e222c22616374696f6e5f6c6162656c223a22e5bc80e590afe6b4bde8b088222c226e6f7465223a22227d2c7b226174223a22323032362d30342d30385430323a30303a30305a222c2270617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270617274795f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c22616374696f6e223a2270726f706f7365222c22616374696f6e5f6c6162656c223a22e68f90e587bae696b9e6a188222c226e6f7465223a22e7acac203120e58fb7e696b9e6a188227d5d2c22616c6c6f7765645f616374696f6e73223a5b2270726f706f7365222c22636c6f7365222c226e6f746573225d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-213a-74ea-99a6-2119c0455bc2', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', 'POST /v1/deals/01a207ce-20e1-709f-9f4d-c260bbb7ad86/accept', 'enterprise-user-4', 'b96017304049be972db6cf22c6d64afd8140c98fbeb51127513336876742b0f1', 200, '{"content-type": "application/json", "etag": "\"3\""}', '\x7b226964223a2230316132303763652d323065312d373039662d396634642d633236306262623761643836222c2276657273696f6e223a332c226d617463685f6964223a2230316132303763652d316661392d373464312d623639302d336237316466343233326235222c226e6565645f6964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c226e6565645f7469746c65223a22e69eb8e69d9ee9b29ce69e9ce586b7e586bbe5b9b2e787a5e588b6e7b289e5b7a5e889ba222c22616368696576656d656e745f6964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c22616368696576656d656e745f7469746c65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889ba222c2270726f76696465725f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270726f76696465725f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c2261637175697265725f70617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c2261637175697265725f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c2262726f6b65725f6964223a2230316132303763652d316537612d373038662d626566352d386635366137663966336438222c2262726f6b65725f6e616d65223a2262726f6b65722d7573657228e6bc94e7a4ba29222c22737461747573223a226163636570746564222c227374617475735f6c6162656c223a22e696b9e6a188e5b7b2e68ea5e58f972ce5be85e68f90e587bae696b9e7a1aee8aea4222c22617761697465645f73696465223a22616368696576656d656e74222c22726573706f6e645f6279223a22323032362d30342d3135222c2269735f6f766572647565223a66616c73652c22657363616c617465645f6174223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a222c226167726565645f6174223a6e756c6c2c22636c6f7365645f6174223a6e756c6c2c227669657765725f73696465223a226e656564222c226167726565645f70726f706f73616c5f6964223a6e756c6c2c22636c6f7365645f62795f70617274795f6964223a6e756c6c2c22636c6f73655f726561736f6e5f636f6465223a6e756c6c2c22636c6f73655f726561736f6e223a22222c22636c6f73655f6e6f7465223a22222c2270726f706f73616c73223a5b7b226964223a2230316132303763652d323131612d373561362d383866642d376433396361313732623637222c226e756d626572223a312c2273696465223a22616368696576656d656e74222c2262795f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c22737461747573223a226163636570746564222c22636f6e74726163745f6b696e645f636f6465223a22584b222c22636f6e74726163745f6b696e64223a22e68a80e69cafe8aeb8e58faf222c22636f6e74726163745f7375626b696e645f636f6465223a22584b32222c22636f6e74726163745f7375626b696e64223a22e68a80e69cafe7a798e5af86e4bdbfe794a8e8aeb8e58faf222c22636f6e74726163745f616d6f756e745f636e79223a22313230303030302e3030222c22746563686e6f6c6f67795f616d6f756e745f636e79223a22313030303030302e3030222c227061796d656e745f6d6f64655f636f6465223a22696e7374616c6d656e7473222c227061796d656e745f6d6f6465223a22e58886e69c9fe694afe4bb98222c226c6963656e63655f6d6f64655f636f6465223a226f7264696e617279222c226c6963656e63655f6d6f6465223a22e699aee9809ae8aeb8e58faf222c227374617274735f6f6e223a22323032362d30352d3031222c22656e64735f6f6e223a22323033312d30342d3330222c227375626a6563745f6d6174746572223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889bae68a80e69cafe7a798e5af86e79a84e699aee9809ae4bdbfe794a8e8aeb8e58faf2ce590abe5b7a5e889bae69687e4bbb6e4b880e5a597e4b88ee4b8a4e6aca1e78eb0e59cbae68c87e5afbce38082222c2269705f7465726d73223a22e68a80e69cafe7a798e5af86e5bd92e8aeb8e58fafe696b9e68980e69c892ce8a2abe8aeb8e58fafe696b9e5908ee7bbade694b9e8bf9be5bd92e694b9e8bf9be696b9e68980e69c89e38082222c22616363657074616e63655f7465726d73223a22e8bf9ee7bbade4b889e689b9e4baa7e59381e590abe6b0b4e78e87e4b88de9ab98e4ba8e2035252ce794b1e58f8ce696b9e585b1e5908ce58f96e6a0b7e6a380e9aa8ce38082222c226f6666657265645f6174223a22323032362d30342d30385430323a30303a30305a227d5d2c226576656e7473223a5b7b226174223a22323032362d30342d30385430323a30303a30305a222c2270617274795f6964223a2230316132303763652d316432632d373530642d383836362d373735393461626166653263222c2270617274795f6e616d65223a22e7a4bae88c83e68a80e69cafe8bdace7a7bbe69cbae69e8428e6bc94e7a4ba29222c22616374696f6e223a226f70656e222c22616374696f6e5f6c6162656c223a22e5bc80e590afe6b4bde8b088222c226e6f7465223a22227d2c7b226174223a22323032362d30342d30385430323a30303a30305a222c2270617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270617274795f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c22616374696f6e223a2270726f706f7365222c22616374696f6e5f6c6162656c223a22e68f90e587bae696b9e6a188222c226e6f7465223a22e7acac203120e58fb7e696b9e6a188227d2c7b226174223a22323032362d30342d30385430323a30303a30305a222c2270617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c2270617274795f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c22616374696f6e223a22616363657074222c22616374696f6e5f6c6162656c223a22e68ea5e58f97e696b9e6a188222c226e6f7465223a22227d5d2c22616c6c6f7765645f616374696f6e73223a5b2270726f706f7365222c22636c6f7365222c226e6f746573225d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-2164-7633-a474-e728cb120c47', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'POST /v1/deals/01a207ce-20e1-709f-9f4d-c260bbb7ad86/agree', 'institute-user-5', 'fcf715bca1f0c1be805de91e19ae6460e6bf0bd5051538efdec67fdaed7eb90c', 200, '{"content-type": "application/json", "etag": "\"4\""}', '\x7b226964223a2230316132303763652d323065312d373039662d396634642d633236306262623761643836222c2276657273696f6e223a342c226d617463685f6964223a2230316132303763652d316661392d373464312d623639302d336237316466343233326235222c226e6565645f6964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c226e6565645f7469746c65223a22e69eb8e69d9ee9b29ce69e9ce586b7e586bbe5b9b2e787a5e588b6e7b289e5b7a5e889ba222c22616368696576656d656e745f6964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c22616368696576656d656e745f7469746c65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889ba222c2270726f76696465725f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270726f76696465725f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c2261637175697265725f70617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c2261637175697265725f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c2262726f6b65725f6964223a2230316132303763652d316537612d373038662d626566352d386635366137663966336438222c2262726f6b65725f6e616d65223a2262726f6b65722d7573657228e6bc94e7a4ba29222c22737461747573223a22616772656564222c227374617475735f6c6162656c223a22e5b7b2e68890e4baa4222c22617761697465645f73696465223a6e756c6c2c22726573706f6e645f6279223a6e756c6c2c2269735f6f766572647565223a66616c73652c22657363616c617465645f6174223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a222c226167726565645f6174223a22323032362d30342d30385430323a30303a30305a222c22636c6f7365645f6174223a6e756c6c2c227669657765725f73696465223a22616368696576656d656e74222c226167726565645f70726f706f73616c5f6964223a2230316132303763652d323131612d373561362d383866642d376433396361313732623637222c22636c6f7365645f62795f70617274795f6964223a6e756c6c2c22636c6f73655f726561736f6e5f636f6465223a6e756c6c2c22636c6f73655f726561736f6e223a22222c22636c6f73655f6e6f7465223a22222c2270726f706f73616c73223a5b7b226964223a2230316132303763652d323131612d373561362d383866642d376433396361313732623637222c226e756d626572223a312c2273696465223a22616368696576656d656e74222c2262795f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c22737461747573223a226163636570746564222c22636f6e74726163745f6b696e645f636f6465223a22584b222c22636f6e74726163745f6b696e64223a22e68a80e69cafe8aeb8e58faf222c22636f6e74726163745f7375626b696e645f636f6465223a22584b32222c22636f6e74726163745f7375626b696e64223a22e68a80e69cafe7a798e5af86e4bdbfe794a8e8aeb8e58faf222c22636f6e74726163745f616d6f756e745f636e79223a22313230303030302e3030222c22746563686e6f6c6f67795f616d6f756e745f636e79223a22313030303030302e3030222c227061796d656e745f6d6f64655f636f6465223a22696e7374616c6d656e7473222c227061796d656e745f6d6f6465223a22e58886e69c9fe694afe4bb98222c226c6963656e63655f6d6f64655f636f6465223a226f7264696e617279222c226c6963656e63655f6d6f6465223a22e699aee9809ae8aeb8e58faf222c227374617274735f6f6e223a22323032362d30352d3031222c22656e64735f6f6e223a22323033312d30342d3330222c227375626a6563745f6d6174746572223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889bae68a80e69cafe7a798e5af86e79a84e699aee9809ae4bdbfe794a8e8aeb8e58faf2ce590abe5b7a5e889bae69687e4bbb6e4b880e5a597e4b88ee4b8a4e6aca1e78eb0e59cbae68c87e5afbce38082222c2269705f7465726d73223a22e68a80e69cafe7a798e5af86e5bd92e8aeb8e58fafe696b9e68980e69c892ce8a2abe8aeb8e58fafe696b9e5908ee7bbade694b9e8bf9be5bd92e694b9e8bf9be696b9e68980e69c89e38082222c22616363657074616e63655f7465726d73223a22e8bf9ee7bbade4b889e689b9e4baa7e59381e590abe6b0b4e78e87e4b88de9ab98e4ba8e2035252ce794b1e58f8ce696b9e585b1e5908ce58f96e6a0b7e6a380e9aa8ce38082222c226f6666657265645f6174223a22323032362d30342d30385430323a30303a30305a227d5d2c226576656e7473223a5b7b226174223a22323032362d30342d30385430323a30303a30305a222c2270617274795f6964223a2230316132303763652d316432632d373530642d383836362d373735393461626166653263222c2270617274795f6e616d65223a22e7a4bae88c83e68a80e69cafe8bdace7a7bbe69cbae69e8428e6bc94e7a4ba29222c22616374696f6e223a226f70656e222c22616374696f6e5f6c6162656c223a22e5bc80e590afe6b4bde8b088222c226e6f7465223a22227d2c7b226174223a22323032362d30342d30385430323a30303a30305a222c2270617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270617274795f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c22616374696f6e223a2270726f706f7365222c22616374696f6e5f6c6162656c223a22e68f90e587bae696b9e6a188222c226e6f7465223a22e7acac203120e58fb7e696b9e6a188227d2c7b226174223a22323032362d30342d30385430323a30303a30305a222c2270617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c2270617274795f6e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c22616374696f6e223a22616363657074222c22616374696f6e5f6c6162656c223a22e68ea5e58f97e696b9e6a188222c226e6f7465223a22227d2c7b226174223a22323032362d30342d30385430323a30303a30305a222c2270617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270617274795f6e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c22616374696f6e223a226167726565222c22616374696f6e5f6c6162656c223a22e7a1aee8aea4e68890e4baa4222c226e6f7465223a22227d5d2c22616c6c6f7765645f616374696f6e73223a5b226e6f746573225d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-219a-775d-8439-f9f415a1e82d', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'POST /v1/contracts', 'institute-user-6', '22694280e604b989ed748fa33a3556d03136731b0a44a5bb9641a0178f03f812', 201, '{"content-type": "application/json", "location": "/v1/contracts/01a207ce-21a7-7160-81fa-9f468194073d", "etag": "\"1\""}', '\x7b226964223a2230316132303763652d323161372d373136302d383166612d396634363831393430373364222c2276657273696f6e223a312c226e616d65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889bae68a80e69cafe8aeb8e58fafe59088e5908c222c22737461747573223a226472616674222c227374617475735f6c6162656c223a22e88d89e7a8bf222c226465616c5f6964223a2230316132303763652d323065312d373039662d396634642d633236306262623761643836222c226e6565645f6964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c22616368696576656d656e745f6964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c2270726f6a6563745f6964223a6e756c6c2c2262726f6b65725f6964223a2230316132303763652d316537612d373038662d626566352d386635366137663966336438222c2266696c65645f62795f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270617274696573223a5b7b2273696465223a2270726f7669646572222c22736964655f6c6162656c223a22e58d96e696b928e68a80e69cafe68f90e4be9be696b929222c2270617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c226e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303244222c2270617274795f747970655f636f6465223a22303231222c2270617274795f747970655f6c6162656c223a22e7a791e7a094e69cbae69e84222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d2c7b2273696465223a226163717569726572222c22736964655f6c6162656c223a22e4b9b0e696b928e68a80e69cafe58f97e8aea9e696b929222c2270617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c226e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303141222c2270617274795f747970655f636f6465223a22313530222c2270617274795f747970655f6c6162656c223a22e69c89e99990e8b4a3e4bbbbe585ace58fb8222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d2c7b2273696465223a22696e7465726d656469617279222c22736964655f6c6162656c223a22e4b8ade4bb8be696b9222c2270617274795f6964223a2230316132303763652d316432632d373530642d383836362d373735393461626166653263222c226e616d65223a22e7a4bae88c83e68a80e69cafe8bdace7a7bbe69cbae69e8428e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303347222c2270617274795f747970655f636f6465223a22313530222c2270617274795f747970655f6c6162656c223a22e69c89e99990e8b4a3e4bbbbe585ace58fb8222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d5d2c22636f6e74726163745f6b696e645f636f6465223a22584b222c22636f6e74726163745f6b696e645f6c6162656c223a22e68a80e69cafe8aeb8e58faf222c22636f6e74726163745f7375626b696e645f636f6465223a22584b32222c22636f6e74726163745f7375626b696e645f6c6162656c223a22e68a80e69cafe7a798e5af86e4bdbfe794a8e8aeb8e58faf222c226669656c645f636f6465223a223039222c226669656c645f6c6162656c223a22e5869ce4b89a222c22696e6475737472795f636f6465223a6e756c6c2c22696e6475737472795f6c6162656c223a22222c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c226c6f63616c5f696e6475737472795f6c6162656c223a22e69eb8e69d9e222c226f626a6563746976655f636f6465223a6e756c6c2c226f626a6563746976655f6c6162656c223a22222c22706c616e5f736f757263655f636f6465223a22756e706c616e6e6564222c22706c616e5f736f757263655f6c6162656c223a22e8aea1e58892e5a496222c2269705f6b696e645f636f646573223a5b2274726164655f736563726574225d2c2269705f6b696e645f6c6162656c73223a5b22e68a80e69cafe7a798e5af86225d2c226c6963656e63655f6d6f64655f636f6465223a226f7264696e617279222c226c6963656e63655f6d6f64655f6c6162656c223a22e699aee9809ae8aeb8e58faf222c227061796d656e745f6d6f64655f636f6465223a22696e7374616c6d656e7473222c227061796d656e745f6d6f64655f6c6162656c223a22e58886e69c9fe694afe4bb98222c2269735f72656c617465645f7061727479223a66616c73652c227375626a6563745f6d6174746572223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889bae68a80e69cafe7a798e5af86e79a84e699aee9809ae4bdbfe794a8e8aeb8e58faf2ce590abe5b7a5e889bae69687e4bbb6e4b880e5a597e4b88ee4b8a4e6aca1e78eb0e59cbae68c87e5afbce38082222c2269705f7465726d73223a22e68a80e69cafe7a798e5af86e5bd92e8aeb8e58fafe696b9e68980e69c892ce8a2abe8aeb8e58fafe696b9e5908ee7bbade694b9e8bf9be5bd92e694b9e8bf9be696b9e68980e69c89e38082222c22616363657074616e63655f7465726d73223a22e8bf9ee7bbade4b889e689b9e4baa7e59381e590abe6b0b4e78e87e4b88de9ab98e4ba8e2035252ce794b1e58f8ce696b9e585b1e5908ce58f96e6a0b7e6a380e9aa8ce38082222c227369676e65645f6f6e223a22323032362d30342d3038222c226566666563746976655f66726f6d223a22323032362d30352d3031222c226566666563746976655f746f223a22323033312d30342d3330222c22636f6e74726163745f616d6f756e745f636e79223a22313230303030302e3030222c22746563686e6f6c6f67795f616d6f756e745f636e79223a22313030303030302e3030222c22746563686e6963616c5f696e636f6d655f636e79223a22302e3030222c226f66666963655f636f6465223a22363430313032222c226f66666963655f6c6162656c223a22e993b6e5b79de5b882e68a80e69cafe59088e5908ce799bbe8aeb0e5a48428e7a4bae88c8329222c2272756c655f76657273696f6e223a22222c2272756c655f7469746c65223a22222c227375626d69747465645f6174223a6e756c6c2c2261636365707465645f6174223a6e756c6c2c226465636964655f6279223a6e756c6c2c2269735f6f766572647565223a66616c73652c22646563696465645f6174223a6e756c6c2c226e656564735f6578706572745f726576696577223a66616c73652c2272657475726e5f6e6f7465223a22222c227265667573616c5f726561736f6e5f636f646573223a5b5d2c227265667573616c5f726561736f6e5f6c6162656c73223a5b5d2c22726567697374726174696f6e5f6e6f223a6e756c6c2c22726567697374657265645f6f6e223a6e756c6c2c226368616e676573223a5b5d2c226f726967696e223a22656e7465726564222c2268696464656e5f6669656c6473223a5b5d2c22616c6c6f7765645f616374696f6e73223a5b2265646974222c227375626d6974225d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-21ce-758d-b250-94ed5336aa8a', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'POST /v1/contracts/01a207ce-21a7-7160-81fa-9f468194073d/submit', 'institute-user-7', '130efda3eb9274eb2ac235ce1a4bc3ce9290ef3df311452332fd897fe4320e64', 200, '{"content-type": "application/json", "etag": "\"2\""}', '\x7b226964223a2230316132303763652d323161372d373136302d383166612d396634363831393430373364222c2276657273696f6e223a322c226e616d65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889bae68a80e69cafe8aeb8e58fafe59088e5908c222c22737461747573223a227375626d6974746564222c227374617475735f6c6162656c223a22e5b7b2e68f90e4baa4222c226465616c5f6964223a2230316132303763652d323065312d373039662d396634642d633236306262623761643836222c226e6565645f6964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c22616368696576656d656e745f6964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c2270726f6a6563745f6964223a6e756c6c2c2262726f6b65725f6964223a2230316132303763652d316537612d373038662d626566352d386635366137663966336438222c2266696c65645f62795f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270617274696573223a5b7b2273696465223a2270726f7669646572222c22736964655f6c6162656c223a22e58d96e696b928e68a80e69cafe68f90e4be9be696b929222c2270617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c226e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303244222c2270617274795f747970655f636f6465223a22303231222c2270617274795f747970655f6c6162656c223a22e7a791e7a094e69cbae69e84222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d2c7b2273696465223a226163717569726572222c22736964655f6c6162656c223a22e4b9b0e696b928e68a80e69cafe58f97e8aea9e696b929222c2270617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c226e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303141222c2270617274795f747970655f636f6465223a22313530222c2270617274795f747970655f6c6162656c223a22e69c89e99990e8b4a3e4bbbbe585ace58fb8222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d2c7b2273696465223a22696e7465726d656469617279222c22736964655f6c6162656c223a22e4b8ade4bb8be696b9222c2270617274795f6964223a2230316132303763652d316432632d373530642d383836362d373735393461626166653263222c226e616d65223a22e7a4bae88c83e68a80e69cafe8bdace7a7bbe69cbae69e8428e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303347222c2270617274795f747970655f636f6465223a22313530222c2270617274795f747970655f6c6162656c223a22e69c89e99990e8b4a3e4bbbbe585ace58fb8222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d5d2c22636f6e74726163745f6b696e645f636f6465223a22584b222c22636f6e74726163745f6b696e645f6c6162656c223a22e68a80e69cafe8aeb8e58faf222c22636f6e74726163745f7375626b696e645f636f6465223a22584b32222c22636f6e74726163745f7375626b696e645f6c6162656c223a22e68a80e69cafe7a798e5af86e4bdbfe794a8e8aeb8e58faf222c226669656c645f636f6465223a223039222c226669656c645f6c6162656c223a22e5869ce4b89a222c22696e6475737472795f636f6465223a6e756c6c2c22696e6475737472795f6c6162656c223a22222c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c226c6f63616c5f696e6475737472795f6c6162656c223a22e69eb8e69d9e222c226f626a6563746976655f636f6465223a6e756c6c2c226f626a6563746976655f6c6162656c223a22222c22706c616e5f736f757263655f636f6465223a22756e706c616e6e6564222c22706c616e5f736f757263655f6c6162656c223a22e8aea1e58892e5a496222c2269705f6b696e645f636f646573223a5b2274726164655f736563726574225d2c2269705f6b696e645f6c6162656c73223a5b22e68a80e69cafe7a798e5af86225d2c226c6963656e63655f6d6f64655f636f6465223a226f7264696e617279222c226c6963656e63655f6d6f64655f6c6162656c223a22e699aee9809ae8aeb8e58faf222c227061796d656e745f6d6f64655f636f6465223a22696e7374616c6d656e7473222c227061796d656e745f6d6f64655f6c6162656c223a22e58886e69c9fe694afe4bb98222c2269735f72656c617465645f7061727479223a66616c73652c227375626a6563745f6d6174746572223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889bae68a80e69cafe7a798e5af86e79a84e699aee9809ae4bdbfe794a8e8aeb8e58faf2ce590abe5b7a5e889bae69687e4bbb6e4b880e5a597e4b88ee4b8a4e6aca1e78eb0e59cbae68c87e5afbce38082222c2269705f7465726d73223a22e68a80e69cafe7a798e5af86e5bd92e8aeb8e58fafe696b9e68980e69c892ce8a2abe8aeb8e58fafe696b9e5908ee7bbade694b9e8bf9be5bd92e694b9e8bf9be696b9e68980e69c89e38082222c22616363657074616e63655f7465726d73223a22e8bf9ee7bbade4b889e689b9e4baa7e59381e590abe6b0b4e78e87e4b88de9ab98e4ba8e2035252ce794b1e58f8ce696b9e585b1e5908ce58f96e6a0b7e6a380e9aa8ce38082222c227369676e65645f6f6e223a22323032362d30342d3038222c226566666563746976655f66726f6d223a22323032362d30352d3031222c226566666563746976655f746f223a22323033312d30342d3330222c22636f6e74726163745f616d6f756e745f636e79223a22313230303030302e3030222c22746563686e6f6c6f67795f616d6f756e745f636e79223a22313030303030302e3030222c22746563686e6963616c5f696e636f6d655f636e79223a22302e3030222c226f66666963655f636f6465223a22363430313032222c226f66666963655f6c6162656c223a22e993b6e5b79de5b882e68a80e69cafe59088e5908ce799bbe8aeb0e5a48428e7a4bae88c8329222c2272756c655f76657273696f6e223a22222c2272756c655f7469746c65223a22222c227375626d69747465645f6174223a22323032362d30342d30385430323a30303a30305a222c2261636365707465645f6174223a6e756c6c2c226465636964655f6279223a6e756c6c2c2269735f6f766572647565223a66616c73652c22646563696465645f6174223a6e756c6c2c226e656564735f6578706572745f726576696577223a66616c73652c2272657475726e5f6e6f7465223a22222c227265667573616c5f726561736f6e5f636f646573223a5b5d2c227265667573616c5f726561736f6e5f6c6162656c73223a5b5d2c22726567697374726174696f6e5f6e6f223a6e756c6c2c22726567697374657265645f6f6e223a6e756c6c2c226368616e676573223a5b5d2c226f726967696e223a22656e7465726564222c2268696464656e5f6669656c6473223a5b5d2c22616c6c6f7765645f616374696f6e73223a5b5d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-21f0-76ec-bbc1-aa96d3ea99a3', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'POST /v1/contracts/01a207ce-21a7-7160-81fa-9f468194073d/accept', 'official-one-8', '7b56c847668ec55dd143c38fb671a3cc6038f2c669f1ca8b6c937d642b2e6459', 200, '{"content-type": "application/json", "etag": "\"3\""}', '\x7b226964223a2230316132303763652d323161372d373136302d383166612d396634363831393430373364222c2276657273696f6e223a332c226e616d65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889bae68a80e69cafe8aeb8e58fafe59088e5908c222c22737461747573223a226163636570746564222c227374617475735f6c6162656c223a22e5b7b2e58f97e79086222c226465616c5f6964223a2230316132303763652d323065312d373039662d396634642d633236306262623761643836222c226e6565645f6964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c22616368696576656d656e745f6964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c2270726f6a6563745f6964223a6e756c6c2c2262726f6b65725f6964223a2230316132303763652d316537612d373038662d626566352d386635366137663966336438222c2266696c65645f62795f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270617274696573223a5b7b2273696465223a2270726f7669646572222c22736964655f6c6162656c223a22e58d96e696b928e68a80e69cafe68f90e4be9be696b929222c2270617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c226e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303244222c2270617274795f747970655f636f6465223a22303231222c2270617274795f747970655f6c6162656c223a22e7a791e7a094e69cbae69e84222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d2c7b2273696465223a226163717569726572222c22736964655f6c6162656c223a22e4b9b0e696b928e68a80e69cafe58f97e8aea9e696b929222c2270617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c226e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303141222c2270617274795f747970655f636f6465223a22313530222c2270617274795f747970655f6c6162656c223a22e69c89e99990e8b4a3e4bbbbe585ace58fb8222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d2c7b2273696465223a22696e7465726d656469617279222c22736964655f6c6162656c223a22e4b8ade4bb8be696b9222c2270617274795f6964223a2230316132303763652d316432632d373530642d383836362d373735393461626166653263222c226e616d65223a22e7a4bae88c83e68a80e69cafe8bdace7a7bbe69cbae69e8428e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303347222c2270617274795f747970655f636f6465223a22313530222c2270617274795f747970655f6c6162656c223a22e69c89e99990e8b4a3e4bbbbe585ace58fb8222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d5d2c22636f6e74726163745f6b696e645f636f6465223a22584b222c22636f6e74726163745f6b696e645f6c6162656c223a22e68a80e69cafe8aeb8e58faf222c22636f6e74726163745f7375626b696e645f636f6465223a22584b32222c22636f6e74726163745f7375626b696e645f6c6162656c223a22e68a80e69cafe7a798e5af86e4bdbfe794a8e8aeb8e58faf222c226669656c645f636f6465223a223039222c226669656c645f6c6162656c223a22e5869ce4b89a222c22696e6475737472795f636f6465223a6e756c6c2c22696e6475737472795f6c6162656c223a22222c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c226c6f63616c5f696e6475737472795f6c6162656c223a22e69eb8e69d9e222c226f626a6563746976655f636f6465223a6e756c6c2c226f626a6563746976655f6c6162656c223a22222c22706c616e5f736f757263655f636f6465223a22756e706c616e6e6564222c22706c616e5f736f757263655f6c6162656c223a22e8aea1e58892e5a496222c2269705f6b696e645f636f646573223a5b2274726164655f736563726574225d2c2269705f6b696e645f6c6162656c73223a5b22e68a80e69cafe7a798e5af86225d2c226c6963656e63655f6d6f64655f636f6465223a226f7264696e617279222c226c6963656e63655f6d6f64655f6c6162656c223a22e699aee9809ae8aeb8e58faf222c227061796d656e745f6d6f64655f636f6465223a22696e7374616c6d656e7473222c227061796d656e745f6d6f64655f6c6162656c223a22e58886e69c9fe694afe4bb98222c2269735f72656c617465645f7061727479223a66616c73652c227375626a6563745f6d6174746572223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889bae68a80e69cafe7a798e5af86e79a84e699aee9809ae4bdbfe794a8e8aeb8e58faf2ce590abe5b7a5e889bae69687e4bbb6e4b880e5a597e4b88ee4b8a4e6aca1e78eb0e59cbae68c87e5afbce38082222c2269705f7465726d73223a22e68a80e69cafe7a798e5af86e5bd92e8aeb8e58fafe696b9e68980e69c892ce8a2abe8aeb8e58fafe696b9e5908ee7bbade694b9e8bf9be5bd92e694b9e8bf9be696b9e68980e69c89e38082222c22616363657074616e63655f7465726d73223a22e8bf9ee7bbade4b889e689b9e4baa7e59381e590abe6b0b4e78e87e4b88de9ab98e4ba8e2035252ce794b1e58f8ce696b9e585b1e5908ce58f96e6a0b7e6a380e9aa8ce38082222c227369676e65645f6f6e223a22323032362d30342d3038222c226566666563746976655f66726f6d223a22323032362d30352d3031222c226566666563746976655f746f223a22323033312d30342d3330222c22636f6e74726163745f616d6f756e745f636e79223a22313230303030302e3030222c22746563686e6f6c6f67795f616d6f756e745f636e79223a22313030303030302e3030222c22746563686e6963616c5f696e636f6d655f636e79223a22302e3030222c226f66666963655f636f6465223a22363430313032222c226f66666963655f6c6162656c223a22e993b6e5b79de5b882e68a80e69cafe59088e5908ce799bbe8aeb0e5a48428e7a4bae88c8329222c2272756c655f76657273696f6e223a22323030302d3633222c2272756c655f7469746c65223a22e68a80e69cafe59088e5908ce8aea4e5ae9ae799bbe8aeb0e7aea1e79086e58a9ee6b39528e59bbde7a791e58f91e694bfe5ad97e3809432303030e380953633e58fb729222c227375626d69747465645f6174223a22323032362d30342d30385430323a30303a30305a222c2261636365707465645f6174223a22323032362d30342d30385430323a30303a30305a222c226465636964655f6279223a22323032362d30352d3038222c2269735f6f766572647565223a66616c73652c22646563696465645f6174223a6e756c6c2c226e656564735f6578706572745f726576696577223a66616c73652c2272657475726e5f6e6f7465223a22222c227265667573616c5f726561736f6e5f636f646573223a5b5d2c227265667573616c5f726561736f6e5f6c6162656c73223a5b5d2c22726567697374726174696f6e5f6e6f223a6e756c6c2c22726567697374657265645f6f6e223a6e756c6c2c226368616e676573223a5b5d2c226f726967696e223a22656e7465726564222c2268696464656e5f6669656c6473223a5b5d2c22616c6c6f7765645f616374696f6e73223a5b2272657475726e225d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-2208-70c5-924a-9f363b915ea5', '01a207ce-1cdd-75f6-9c9f-1d3996ecbb18', 'POST /v1/contracts/01a207ce-21a7-7160-81fa-9f468194073d/register', 'official-two-1', '39506de6b61b6908851bc72ab14c69e0bef48e52012555c29bdb5f5a0e5f416c', 200, '{"content-type": "application/json", "etag": "\"4\""}', '\x7b226964223a2230316132303763652d323161372d373136302d383166612d396634363831393430373364222c2276657273696f6e223a342c226e616d65223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889bae68a80e69cafe8aeb8e58fafe59088e5908c222c22737461747573223a2272656769737465726564222c227374617475735f6c6162656c223a22e5b7b2e799bbe8aeb0222c226465616c5f6964223a2230316132303763652d323065312d373039662d396634642d633236306262623761643836222c226e6565645f6964223a2230316132303763652d316634362d373330302d393635622d336562666664363734323965222c22616368696576656d656e745f6964223a2230316132303763652d316561662d373732652d393465662d306432666135323764373466222c2270726f6a6563745f6964223a6e756c6c2c2262726f6b65725f6964223a2230316132303763652d316537612d373038662d626566352d386635366137663966336438222c2266696c65645f62795f70617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c2270617274696573223a5b7b2273696465223a2270726f7669646572222c22736964655f6c6162656c223a22e58d96e696b928e68a80e69cafe68f90e4be9be696b929222c2270617274795f6964223a2230316132303763652d316431632d373137372d393562362d303435623363656231363864222c226e616d65223a22e7a4bae88c83e5869ce4baa7e59381e58aa0e5b7a5e7a094e7a9b6e6898028e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303244222c2270617274795f747970655f636f6465223a22303231222c2270617274795f747970655f6c6162656c223a22e7a791e7a094e69cbae69e84222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d2c7b2273696465223a226163717569726572222c22736964655f6c6162656c223a22e4b9b0e696b928e68a80e69cafe58f97e8aea9e696b929222c2270617274795f6964223a2230316132303763652d316430652d373763362d616230372d336564393831346535376563222c226e616d65223a22e7a4bae88c83e69eb8e69d9ee6b7b1e58aa0e5b7a5e4bc81e4b89a28e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303141222c2270617274795f747970655f636f6465223a22313530222c2270617274795f747970655f6c6162656c223a22e69c89e99990e8b4a3e4bbbbe585ace58fb8222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d2c7b2273696465223a22696e7465726d656469617279222c22736964655f6c6162656c223a22e4b8ade4bb8be696b9222c2270617274795f6964223a2230316132303763652d316432632d373530642d383836362d373735393461626166653263222c226e616d65223a22e7a4bae88c83e68a80e69cafe8bdace7a7bbe69cbae69e8428e6bc94e7a4ba29222c226372656469745f636f6465223a22393136343031303044454d30303039303347222c2270617274795f747970655f636f6465223a22313530222c2270617274795f747970655f6c6162656c223a22e69c89e99990e8b4a3e4bbbbe585ace58fb8222c22726567696f6e5f636f6465223a22363430313034222c22726567696f6e5f6c6162656c223a22e585b4e5ba86e58cba222c22636f756e7472795f636f6465223a22313536227d5d2c22636f6e74726163745f6b696e645f636f6465223a22584b222c22636f6e74726163745f6b696e645f6c6162656c223a22e68a80e69cafe8aeb8e58faf222c22636f6e74726163745f7375626b696e645f636f6465223a22584b32222c22636f6e74726163745f7375626b696e645f6c6162656c223a22e68a80e69cafe7a798e5af86e4bdbfe794a8e8aeb8e58faf222c226669656c645f636f6465223a223039222c226669656c645f6c6162656c223a22e5869ce4b89a222c22696e6475737472795f636f6465223a6e756c6c2c22696e6475737472795f6c6162656c223a22222c226c6f63616c5f696e6475737472795f636f6465223a225350433032222c226c6f63616c5f696e6475737472795f6c6162656c223a22e69eb8e69d9e222c226f626a6563746976655f636f6465223a6e756c6c2c226f626a6563746976655f6c6162656c223a22222c22706c616e5f736f757263655f636f6465223a22756e706c616e6e6564222c22706c616e5f736f757263655f6c6162656c223a22e8aea1e58892e5a496222c2269705f6b696e645f636f646573223a5b2274726164655f736563726574225d2c2269705f6b696e645f6c6162656c73223a5b22e68a80e69cafe7a798e5af86225d2c226c6963656e63655f6d6f64655f636f6465223a226f7264696e617279222c226c6963656e63655f6d6f64655f6c6162656c223a22e699aee9809ae8aeb8e58faf222c227061796d656e745f6d6f64655f636f6465223a22696e7374616c6d656e7473222c227061796d656e745f6d6f64655f6c6162656c223a22e58886e69c9fe694afe4bb98222c2269735f72656c617465645f7061727479223a66616c73652c227375626a6563745f6d6174746572223a22e69eb8e69d9ee79c9fe7a9bae586b7e586bbe5b9b2e787a5e4b88ee4bd8ee6b8a9e7b289e7a28ee5b7a5e889bae68a80e69cafe7a798e5af86e79a84e699aee9809ae4bdbfe794a8e8aeb8e58faf2ce590abe5b7a5e889bae69687e4bbb6e4b880e5a597e4b88ee4b8a4e6aca1e78eb0e59cbae68c87e5afbce38082222c2269705f7465726d73223a22e68a80e69cafe7a798e5af86e5bd92e8aeb8e58fafe696b9e68980e69c892ce8a2abe8aeb8e58fafe696b9e5908ee7bbade694b9e8bf9be5bd92e694b9e8bf9be696b9e68980e69c89e38082222c22616363657074616e63655f7465726d73223a22e8bf9ee7bbade4b889e689b9e4baa7e59381e590abe6b0b4e78e87e4b88de9ab98e4ba8e2035252ce794b1e58f8ce696b9e585b1e5908ce58f96e6a0b7e6a380e9aa8ce38082222c227369676e65645f6f6e223a22323032362d30342d3038222c226566666563746976655f66726f6d223a22323032362d30352d3031222c226566666563746976655f746f223a22323033312d30342d3330222c22636f6e74726163745f616d6f756e745f636e79223a22313230303030302e3030222c22746563686e6f6c6f67795f616d6f756e745f636e79223a22313030303030302e3030222c22746563686e6963616c5f696e636f6d655f636e79223a22302e3030222c226f66666963655f636f6465223a22363430313032222c226f66666963655f6c6162656c223a22e993b6e5b79de5b882e68a80e69cafe59088e5908ce799bbe8aeb0e5a48428e7a4bae88c8329222c2272756c655f76657273696f6e223a22323030302d3633222c2272756c655f7469746c65223a22e68a80e69cafe59088e5908ce8aea4e5ae9ae799bbe8aeb0e7aea1e79086e58a9ee6b39528e59bbde7a791e58f91e694bfe5ad97e3809432303030e380953633e58fb729222c227375626d69747465645f6174223a22323032362d30342d30385430323a30303a30305a222c2261636365707465645f6174223a22323032362d30342d30385430323a30303a30305a222c226465636964655f6279223a22323032362d30352d3038222c2269735f6f766572647565223a66616c73652c22646563696465645f6174223a22323032362d30342d30385430323a30303a30305a222c226e656564735f6578706572745f726576696577223a66616c73652c2272657475726e5f6e6f7465223a22222c227265667573616c5f726561736f6e5f636f646573223a5b5d2c227265667573616c5f726561736f6e5f6c6162656c73223a5b5d2c22726567697374726174696f6e5f6e6f223a2232303236363430313032303030303031222c22726567697374657265645f6f6e223a22323032362d30342d3038222c226368616e676573223a5b5d2c226f726967696e223a22656e7465726564222c2268696464656e5f6669656c6473223a5b5d2c22616c6c6f7765645f616374696f6e73223a5b226368616e6765222c227265636f72645f696e636f6d65222c2264657265676973746572222c227265766f6b65225d7d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-2228-72d5-af3d-b4a4a0221fe3', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'POST /v1/users', 'administrator-8', 'c5b13850aa6c800b775d984aa617b4b12757853969bfd0060168e12703eb5b14', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/users/01a207ce-2244-73ab-8d3a-79bc01ed1129"}', '\x7b226964223a2230316132303763652d323234342d373361622d386433612d373962633031656431313239222c2276657273696f6e223a312c226c6f67696e223a2262726f6b65722d69646c65222c22646973706c61795f6e616d65223a2262726f6b65722d69646c6528e6bc94e7a4ba29222c22726f6c65223a2262726f6b6572222c2270617274795f6964223a2230316132303763652d316433372d373430322d613134632d363438363866613764353661222c226f66666963655f636f6465223a6e756c6c2c2269735f616374697665223a747275652c226c6f636b65645f756e74696c223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');
INSERT INTO public.idempotency_record VALUES ('01a207ce-22ac-72b8-bd66-a06019d9a231', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'POST /v1/users', 'administrator-10', 'b329db648e18a56c06d9b9080405bc2de7cea3689d060e8a19ae1b049eccbd77', 201, '{"content-type": "application/json", "etag": "\"1\"", "location": "/v1/users/01a207ce-22ca-772b-8dde-61549621b59f"}', '\x7b226964223a2230316132303763652d323263612d373732622d386464652d363135343936323162353966222c2276657273696f6e223a312c226c6f67696e223a226f6666696369616c2d656c73657768657265222c22646973706c61795f6e616d65223a226f6666696369616c2d656c7365776865726528e6bc94e7a4ba29222c22726f6c65223a226f6666696369616c222c2270617274795f6964223a6e756c6c2c226f66666963655f636f6465223a22363430323031222c2269735f616374697665223a747275652c226c6f636b65645f756e74696c223a6e756c6c2c22637265617465645f6174223a22323032362d30342d30385430323a30303a30305a222c22757064617465645f6174223a22323032362d30342d30385430323a30303a30305a227d', '2026-04-08 02:00:00+00');


--
-- Data for Name: intellectual_property; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.intellectual_property VALUES ('01a207ce-1eb7-7714-ae29-b5756d4efb98', '01a207ce-1eaf-772e-94ef-0d2fa527d74f', 0, 'trade_secret', '', '枸杞冻干工艺参数', 'granted', NULL, NULL);


--
-- Data for Name: ledger_entry; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.ledger_entry VALUES ('01a207ce-2219-721f-b628-d8aa6eabe22c', 1, '01a207ce-21a7-7160-81fa-9f468194073d', 'registration', 2026, 4, '2026-04-08', '2026-04-08 02:00:00+00', false, 1, 1200000.00, 1000000.00, 'XK', '09', NULL, 'SPC02', '640104', '640104', true, true, '640102');


--
-- Data for Name: match; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.match VALUES ('01a207ce-1fa9-74d1-b690-3b71df4232b5', 5, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '01a207ce-1f46-7300-965b-3ebffd67429e', '01a207ce-1eaf-772e-94ef-0d2fa527d74f', 83.7549, '{"field": 7.5568, "price": 3.1487, "title": 2.946, "words": 3.1986, "industry": 3.7784, "freshness": 3.1487, "readiness": 3.1487, "characters": 56.829}', '["枸杞", "粉碎", "多糖", "工艺", "制粉", "结块", "真空冷冻干燥", "含水率", "粉体", "高于"]', 'lexical-1+1-8c71c8347bb8', '2026-04-08 02:00:00+00', true, false, 'engine', 'in_deal', '01a207ce-1e7a-708f-bef5-8f56a7f9f3d8', 'need', NULL, NULL, NULL, NULL, '');


--
-- Data for Name: match_event; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.match_event VALUES ('01a207ce-2086-7363-b3aa-e472464722b6', '01a207ce-1fa9-74d1-b690-3b71df4232b5', '2026-04-08 02:00:00+00', '01a207ce-1c92-757a-8c7e-397a035a65bc', '', 'assign', '');
INSERT INTO public.match_event VALUES ('01a207ce-20a1-7675-86a6-da641915ae86', '01a207ce-1fa9-74d1-b690-3b71df4232b5', '2026-04-08 02:00:00+00', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', 'need', 'express_interest', '');
INSERT INTO public.match_event VALUES ('01a207ce-20bf-7674-9234-976798c8bdad', '01a207ce-1fa9-74d1-b690-3b71df4232b5', '2026-04-08 02:00:00+00', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'achievement', 'consent', '');
INSERT INTO public.match_event VALUES ('01a207ce-20e4-7321-827d-743c1db7936e', '01a207ce-1fa9-74d1-b690-3b71df4232b5', '2026-04-08 02:00:00+00', '01a207ce-1df3-76a3-abfc-7915f342d60d', '', 'open_deal', '');


--
-- Data for Name: milestone; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.milestone VALUES ('01a207ce-230a-7299-a283-ccd0029ac8f1', '01a207ce-2307-7446-9f9f-84d3e8145cd6', 1, '完成三批中试(演示)', '', 'sample', '2026-09-30', 0.00, 'open', NULL, NULL, '', NULL);


--
-- Data for Name: need; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.need VALUES ('01a207ce-1f46-7300-965b-3ebffd67429e', 5, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '01a207ce-1d0e-77c6-ab07-3ed9814e57ec', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', NULL, '枸杞鲜果冷冻干燥制粉工艺', '枸杞鲜果制粉易结块褐变,求冷冻干燥工艺。', '[]', '09', NULL, 'SPC02', '640104', '{}', 'signed', '', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-10-05 02:00:00+00', NULL, '7d756b076dfc5db5fd6f75d15b34d9b334426f290ea5928b6e98e1367cc3b2c5', 'entered', NULL, '枸杞热风制干后粉碎易结块、褐变,多糖损失大。', '枸杞鲜果真空冷冻干燥,含水率不高于 5%,粉体不结块。', '建成年处理鲜果 2000 吨的冻干粉生产线。', '', '', NULL, '[]', '["licence"]', NULL, 1500000.00, 6, 'any', '[]', NULL, '', '');


--
-- Data for Name: need_indicator; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.need_indicator VALUES ('01a207ce-1f49-7276-ad8d-05d4c2748edd', 0, '含水率', 'le', 5.000000000, NULL, '%', '', '01a207ce-1f46-7300-965b-3ebffd67429e', '', '');


--
-- Data for Name: outbox_entry; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.outbox_entry VALUES (3, 'need', '01a207ce-1f46-7300-965b-3ebffd67429e', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 0, '', NULL);
INSERT INTO public.outbox_entry VALUES (4, 'achievement', '01a207ce-1eaf-772e-94ef-0d2fa527d74f', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 0, '', NULL);
INSERT INTO public.outbox_entry VALUES (5, 'need', '01a207ce-1f46-7300-965b-3ebffd67429e', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 0, '', NULL);
INSERT INTO public.outbox_entry VALUES (6, 'achievement', '01a207ce-1eaf-772e-94ef-0d2fa527d74f', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 0, '', NULL);


--
-- Data for Name: party; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.party VALUES ('01a207ce-1d0e-77c6-ab07-3ed9814e57ec', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'enterprise', '示范枸杞深加工企业(演示)', '91640100DEM000901A', '150', '640104', '156', NULL, NULL, '', '', '', '', false, false, false, false, 'entered');
INSERT INTO public.party VALUES ('01a207ce-1d1c-7177-95b6-045b3ceb168d', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'institute', '示范农产品加工研究所(演示)', '91640100DEM000902D', '021', '640104', '156', NULL, NULL, '', '', '', '', false, false, false, false, 'entered');
INSERT INTO public.party VALUES ('01a207ce-1d2c-750d-8866-77594abafe2c', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'brokerage', '示范技术转移机构(演示)', '91640100DEM000903G', '150', '640104', '156', NULL, NULL, '', '', '', '', false, false, false, false, 'entered');
INSERT INTO public.party VALUES ('01a207ce-1d37-7402-a14c-64868fa7d56a', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'enterprise', '示范无关企业(演示)', '91640100DEM000904K', '150', '640104', '156', NULL, NULL, '', '', '', '', false, false, false, false, 'entered');


--
-- Data for Name: project; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.project VALUES ('01a207ce-2307-7446-9f9f-84d3e8145cd6', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 2026, 1, '枸杞冻干粉中试转化项目(演示)', NULL, '01a207ce-1d0e-77c6-ab07-3ed9814e57ec', NULL, '640104', '09', NULL, 'sample', 'planned', 8000000.00, 2000000.00, '2026-03-01', '2027-12-31', NULL, NULL, '', 'entered');


--
-- Data for Name: proposal; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.proposal VALUES ('01a207ce-211a-75a6-88fd-7d39ca172b67', '01a207ce-20e1-709f-9f4d-c260bbb7ad86', 1, '01a207ce-1d1c-7177-95b6-045b3ceb168d', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'accepted', 'XK', 'XK2', 1200000.00, 1000000.00, 'instalments', 'ordinary', '2026-05-01', '2031-04-30', '枸杞真空冷冻干燥与低温粉碎工艺技术秘密的普通使用许可,含工艺文件一套与两次现场指导。', '技术秘密归许可方所有,被许可方后续改进归改进方所有。', '连续三批产品含水率不高于 5%,由双方共同取样检验。', '2026-04-08 02:00:00+00');


--
-- Data for Name: registration_sequence; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.registration_sequence VALUES ('01a207ce-2210-7167-b0cb-2cf823633f5d', '640102', 2026, 1);


--
-- Data for Name: sign_in; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.sign_in VALUES ('01a207ce-1c55-7655-91ff-9bb6dddd87db', '01a207ce-1c0a-75d5-97f6-b6f5671b8813', 'e7c7ba141e7285f9441609ee23105066277a3df2ba9a7fbaa0c21b6cb1650d11', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-04-08 14:00:00+00', NULL);
INSERT INTO public.sign_in VALUES ('01a207ce-1cb6-704b-9520-6597e2c40d06', '01a207ce-1c92-757a-8c7e-397a035a65bc', 'c094441ee544e52bebe18e01ff226be9a68a2d0e74eac68027a2b8fea00523ff', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-04-08 14:00:00+00', NULL);
INSERT INTO public.sign_in VALUES ('01a207ce-1cff-747e-89a9-20d0f46f9101', '01a207ce-1cdd-75f6-9c9f-1d3996ecbb18', '9ab7c14bbf46d013abc34f74361e4eac98b0d5d2abca0472e7ca23471f1c8daf', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-04-08 14:00:00+00', NULL);
INSERT INTO public.sign_in VALUES ('01a207ce-1d81-70b9-942d-c63c4fb330d5', '01a207ce-1d5e-7600-b5e3-c7be01d362c4', '60335c76217ae4286f1c788ccb328ff07905600fbfd7abad86ebb9670ae4a8e2', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-04-08 14:00:00+00', NULL);
INSERT INTO public.sign_in VALUES ('01a207ce-1dcc-775e-aebb-9f69ff33fa6d', '01a207ce-1daa-701f-80a8-ebca02e03f92', 'fc989fab126138eb922e8535e975e9e19eaa03b759c5900bf9487f54753fb3e2', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-04-08 14:00:00+00', NULL);
INSERT INTO public.sign_in VALUES ('01a207ce-1e17-760b-b4c1-888e9acc18ae', '01a207ce-1df3-76a3-abfc-7915f342d60d', '3366b7540278d2d22adc4794d234b8a1fabd853f036f67c900c46160280affce', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-04-08 14:00:00+00', NULL);
INSERT INTO public.sign_in VALUES ('01a207ce-1e61-76b9-ba38-55aff289e62a', '01a207ce-1e3f-702f-b8e2-2e9ae1f6726f', '16e35170be8084a5abc40049b4a959d4c5c8ee1c79bcc9fe424aec16634a2261', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-04-08 14:00:00+00', NULL);
INSERT INTO public.sign_in VALUES ('01a207ce-1ea3-70ff-8ec7-638c7cce5693', '01a207ce-1df3-76a3-abfc-7915f342d60d', 'e8a9f2cfde722d7973261c529ef15e043651593eacaae4e81d2f46097f7d39b4', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-04-08 14:00:00+00', NULL);
INSERT INTO public.sign_in VALUES ('01a207ce-2267-7526-ae9c-47d69f0a7b25', '01a207ce-2244-73ab-8d3a-79bc01ed1129', '738ad996deecf0b84fbe4ace4c2e9db590d0782b74fbf1aa084abe75384f3d40', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-04-08 14:00:00+00', NULL);
INSERT INTO public.sign_in VALUES ('01a207ce-22a0-722f-b0d8-723b924fe560', '01a207ce-2244-73ab-8d3a-79bc01ed1129', '7fa366afbf7f6d61521dbed4066d4d5f450d22bb0ef8caed10a9ff1d5428086c', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-04-08 14:00:00+00', NULL);
INSERT INTO public.sign_in VALUES ('01a207ce-22eb-75c6-847c-5b9e7e3f1c67', '01a207ce-22ca-772b-8dde-61549621b59f', 'cad81ddd7fbd21789f8f294cc70162c6a6a7d14dfca5e36216e81b92da5913c8', '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', '2026-04-08 14:00:00+00', NULL);


--
-- Data for Name: target; Type: TABLE DATA; Schema: public; Owner: -
--



--
-- Data for Name: user_account; Type: TABLE DATA; Schema: public; Owner: -
--

INSERT INTO public.user_account VALUES ('01a207ce-1c0a-75d5-97f6-b6f5671b8813', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'administrator', '$argon2id$v=19$m=19456,t=2,p=1$kc62mzujh8DU4INHWQ6x8g$By1zfR/9/sjY5/KRInjkJWdzIschsciOl9HR9tDR0pE', '管理员(演示)', 'administrator', NULL, NULL, true, 0, NULL);
INSERT INTO public.user_account VALUES ('01a207ce-1c92-757a-8c7e-397a035a65bc', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'official-one', '$argon2id$v=19$m=19456,t=2,p=1$OiKVZ9yPGSj/hHUxntc1PQ$rLyUlBBL08AwgXF0EoyPIQyWlvCrYaAmcJ2MMuXp2tI', 'official-one(演示)', 'official', NULL, '640102', true, 0, NULL);
INSERT INTO public.user_account VALUES ('01a207ce-1cdd-75f6-9c9f-1d3996ecbb18', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'official-two', '$argon2id$v=19$m=19456,t=2,p=1$vHlBIUcpiIlvGI2E8+foyQ$72tr6uqKFyw2ktvHlNwlRev8Okn3cwmkT5fqHJbfdp4', 'official-two(演示)', 'official', NULL, '640102', true, 0, NULL);
INSERT INTO public.user_account VALUES ('01a207ce-1d5e-7600-b5e3-c7be01d362c4', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'enterprise-user', '$argon2id$v=19$m=19456,t=2,p=1$2PcaOytv5OWOCilzsWytIw$DBAblxybudOtS1xLBTVTsZ22Q0X4TQCKVH9/HC5WwHA', 'enterprise-user(演示)', 'enterprise', '01a207ce-1d0e-77c6-ab07-3ed9814e57ec', NULL, true, 0, NULL);
INSERT INTO public.user_account VALUES ('01a207ce-1daa-701f-80a8-ebca02e03f92', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'institute-user', '$argon2id$v=19$m=19456,t=2,p=1$dsd3qwhjjeqKKPPLlbDPGA$gS0SmHVWM3DYyRaB3GSPFGPnafomHK2azGxS2E9A+yA', 'institute-user(演示)', 'institute', '01a207ce-1d1c-7177-95b6-045b3ceb168d', NULL, true, 0, NULL);
INSERT INTO public.user_account VALUES ('01a207ce-1df3-76a3-abfc-7915f342d60d', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'broker-user', '$argon2id$v=19$m=19456,t=2,p=1$up7t3muwvwTn1+yVGTmORw$v4P/AsJimV3PuQKa5gX1peDQTsexusHoD7I/HJq2zG8', 'broker-user(演示)', 'broker', '01a207ce-1d2c-750d-8866-77594abafe2c', NULL, true, 0, NULL);
INSERT INTO public.user_account VALUES ('01a207ce-1e3f-702f-b8e2-2e9ae1f6726f', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'stranger-user', '$argon2id$v=19$m=19456,t=2,p=1$VncySSdio3xes25N/rexsw$7Qcg9pT/HmCRJ2bYMRgjkI9MmuUhqLDqr/f/8LouqLk', 'stranger-user(演示)', 'enterprise', '01a207ce-1d37-7402-a14c-64868fa7d56a', NULL, true, 0, NULL);
INSERT INTO public.user_account VALUES ('01a207ce-2244-73ab-8d3a-79bc01ed1129', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'broker-idle', '$argon2id$v=19$m=19456,t=2,p=1$2fslcvH04S/BC/kpacQCyA$oWDVCrdQQnYhuXUQiWh+VyE398Y5FDfBdEwVyAD64bM', 'broker-idle(演示)', 'broker', '01a207ce-1d37-7402-a14c-64868fa7d56a', NULL, true, 0, NULL);
INSERT INTO public.user_account VALUES ('01a207ce-22ca-772b-8dde-61549621b59f', 1, '2026-04-08 02:00:00+00', '2026-04-08 02:00:00+00', 'official-elsewhere', '$argon2id$v=19$m=19456,t=2,p=1$MxiDdwhSBrRzd4jLX8wyDw$6RAvSDTFsrJqM/ZK1KXeZhxtzLL1ds8ISA19vBlVOwI', 'official-elsewhere(演示)', 'official', NULL, '640201', true, 0, NULL);


--
-- Name: outbox_entry_id_seq; Type: SEQUENCE SET; Schema: public; Owner: -
--

SELECT pg_catalog.setval('public.outbox_entry_id_seq', 6, true);


--
-- Name: alembic_version alembic_version_pkc; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);


--
-- Name: achievement pk_achievement; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.achievement
    ADD CONSTRAINT pk_achievement PRIMARY KEY (id);


--
-- Name: achievement_indicator pk_achievement_indicator; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.achievement_indicator
    ADD CONSTRAINT pk_achievement_indicator PRIMARY KEY (id);


--
-- Name: audit_entry pk_audit_entry; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT pk_audit_entry PRIMARY KEY (seq);


--
-- Name: broker pk_broker; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.broker
    ADD CONSTRAINT pk_broker PRIMARY KEY (id);


--
-- Name: closed_year pk_closed_year; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.closed_year
    ADD CONSTRAINT pk_closed_year PRIMARY KEY (id);


--
-- Name: contract pk_contract; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT pk_contract PRIMARY KEY (id);


--
-- Name: contract_change pk_contract_change; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract_change
    ADD CONSTRAINT pk_contract_change PRIMARY KEY (id);


--
-- Name: contract_party pk_contract_party; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract_party
    ADD CONSTRAINT pk_contract_party PRIMARY KEY (id);


--
-- Name: deal pk_deal; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deal
    ADD CONSTRAINT pk_deal PRIMARY KEY (id);


--
-- Name: deal_event pk_deal_event; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deal_event
    ADD CONSTRAINT pk_deal_event PRIMARY KEY (id);


--
-- Name: idempotency_record pk_idempotency_record; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_record
    ADD CONSTRAINT pk_idempotency_record PRIMARY KEY (id);


--
-- Name: intellectual_property pk_intellectual_property; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.intellectual_property
    ADD CONSTRAINT pk_intellectual_property PRIMARY KEY (id);


--
-- Name: ledger_entry pk_ledger_entry; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT pk_ledger_entry PRIMARY KEY (id);


--
-- Name: match pk_match; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.match
    ADD CONSTRAINT pk_match PRIMARY KEY (id);


--
-- Name: match_event pk_match_event; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.match_event
    ADD CONSTRAINT pk_match_event PRIMARY KEY (id);


--
-- Name: milestone pk_milestone; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.milestone
    ADD CONSTRAINT pk_milestone PRIMARY KEY (id);


--
-- Name: need pk_need; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.need
    ADD CONSTRAINT pk_need PRIMARY KEY (id);


--
-- Name: need_indicator pk_need_indicator; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.need_indicator
    ADD CONSTRAINT pk_need_indicator PRIMARY KEY (id);


--
-- Name: outbox_entry pk_outbox_entry; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.outbox_entry
    ADD CONSTRAINT pk_outbox_entry PRIMARY KEY (id);


--
-- Name: party pk_party; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.party
    ADD CONSTRAINT pk_party PRIMARY KEY (id);


--
-- Name: project pk_project; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project
    ADD CONSTRAINT pk_project PRIMARY KEY (id);


--
-- Name: proposal pk_proposal; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT pk_proposal PRIMARY KEY (id);


--
-- Name: registration_sequence pk_registration_sequence; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registration_sequence
    ADD CONSTRAINT pk_registration_sequence PRIMARY KEY (id);


--
-- Name: sign_in pk_sign_in; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT pk_sign_in PRIMARY KEY (id);


--
-- Name: target pk_target; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target
    ADD CONSTRAINT pk_target PRIMARY KEY (id);


--
-- Name: user_account pk_user_account; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT pk_user_account PRIMARY KEY (id);


--
-- Name: achievement_indicator uq_achievement_indicator_achievement_id_position; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.achievement_indicator
    ADD CONSTRAINT uq_achievement_indicator_achievement_id_position UNIQUE (achievement_id, "position");


--
-- Name: achievement uq_achievement_registration_no; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.achievement
    ADD CONSTRAINT uq_achievement_registration_no UNIQUE (registration_no);


--
-- Name: achievement uq_achievement_source_ref; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.achievement
    ADD CONSTRAINT uq_achievement_source_ref UNIQUE (source_ref);


--
-- Name: audit_entry uq_audit_entry_prev_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.audit_entry
    ADD CONSTRAINT uq_audit_entry_prev_hash UNIQUE (prev_hash);


--
-- Name: broker uq_broker_user_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.broker
    ADD CONSTRAINT uq_broker_user_id UNIQUE (user_id);


--
-- Name: closed_year uq_closed_year_year; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.closed_year
    ADD CONSTRAINT uq_closed_year_year UNIQUE (year);


--
-- Name: contract_change uq_contract_change_contract_id_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract_change
    ADD CONSTRAINT uq_contract_change_contract_id_number UNIQUE (contract_id, number);


--
-- Name: contract uq_contract_deal_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT uq_contract_deal_id UNIQUE (deal_id);


--
-- Name: contract_party uq_contract_party_contract_id_side_position; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract_party
    ADD CONSTRAINT uq_contract_party_contract_id_side_position UNIQUE (contract_id, side, "position");


--
-- Name: contract uq_contract_registration_no; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT uq_contract_registration_no UNIQUE (registration_no);


--
-- Name: deal uq_deal_match_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deal
    ADD CONSTRAINT uq_deal_match_id UNIQUE (match_id);


--
-- Name: idempotency_record uq_idempotency_record_actor_id_route_key; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.idempotency_record
    ADD CONSTRAINT uq_idempotency_record_actor_id_route_key UNIQUE (actor_id, route, key);


--
-- Name: intellectual_property uq_intellectual_property_achievement_id_position; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.intellectual_property
    ADD CONSTRAINT uq_intellectual_property_achievement_id_position UNIQUE (achievement_id, "position");


--
-- Name: ledger_entry uq_ledger_entry_seq; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT uq_ledger_entry_seq UNIQUE (seq);


--
-- Name: match uq_match_need_id_achievement_id; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.match
    ADD CONSTRAINT uq_match_need_id_achievement_id UNIQUE (need_id, achievement_id);


--
-- Name: milestone uq_milestone_project_id_position; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.milestone
    ADD CONSTRAINT uq_milestone_project_id_position UNIQUE (project_id, "position");


--
-- Name: need_indicator uq_need_indicator_need_id_position; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.need_indicator
    ADD CONSTRAINT uq_need_indicator_need_id_position UNIQUE (need_id, "position");


--
-- Name: need uq_need_source_ref; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.need
    ADD CONSTRAINT uq_need_source_ref UNIQUE (source_ref);


--
-- Name: party uq_party_credit_code; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.party
    ADD CONSTRAINT uq_party_credit_code UNIQUE (credit_code);


--
-- Name: project uq_project_year_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project
    ADD CONSTRAINT uq_project_year_number UNIQUE (year, number);


--
-- Name: proposal uq_proposal_deal_id_number; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT uq_proposal_deal_id_number UNIQUE (deal_id, number);


--
-- Name: registration_sequence uq_registration_sequence_office_code_year; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.registration_sequence
    ADD CONSTRAINT uq_registration_sequence_office_code_year UNIQUE (office_code, year);


--
-- Name: sign_in uq_sign_in_token_hash; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT uq_sign_in_token_hash UNIQUE (token_hash);


--
-- Name: target uq_target_year_target_version; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.target
    ADD CONSTRAINT uq_target_year_target_version UNIQUE (year, target_version);


--
-- Name: user_account uq_user_account_login; Type: CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT uq_user_account_login UNIQUE (login);


--
-- Name: ix_achievement_broker_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_achievement_broker_id ON public.achievement USING btree (broker_id);


--
-- Name: ix_achievement_content_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_achievement_content_hash ON public.achievement USING btree (content_hash);


--
-- Name: ix_achievement_expires_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_achievement_expires_at ON public.achievement USING btree (expires_at);


--
-- Name: ix_achievement_field_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_achievement_field_code ON public.achievement USING btree (field_code);


--
-- Name: ix_achievement_local_industry_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_achievement_local_industry_code ON public.achievement USING btree (local_industry_code);


--
-- Name: ix_achievement_owner_party_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_achievement_owner_party_id ON public.achievement USING btree (owner_party_id);


--
-- Name: ix_achievement_region_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_achievement_region_code ON public.achievement USING btree (region_code);


--
-- Name: ix_achievement_status_published; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_achievement_status_published ON public.achievement USING btree (status, published_at);


--
-- Name: ix_audit_entry_actor_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_entry_actor_id ON public.audit_entry USING btree (actor_id);


--
-- Name: ix_audit_entry_subject_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_entry_subject_id ON public.audit_entry USING btree (subject_id);


--
-- Name: ix_audit_entry_tag; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_audit_entry_tag ON public.audit_entry USING btree (tag);


--
-- Name: ix_broker_party_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_broker_party_id ON public.broker USING btree (party_id);


--
-- Name: ix_contract_achievement_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contract_achievement_id ON public.contract USING btree (achievement_id);


--
-- Name: ix_contract_broker_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contract_broker_id ON public.contract USING btree (broker_id);


--
-- Name: ix_contract_created; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contract_created ON public.contract USING btree (created_at, id);


--
-- Name: ix_contract_decide_by; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contract_decide_by ON public.contract USING btree (decide_by);


--
-- Name: ix_contract_filed_by_party_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contract_filed_by_party_id ON public.contract USING btree (filed_by_party_id);


--
-- Name: ix_contract_need_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contract_need_id ON public.contract USING btree (need_id);


--
-- Name: ix_contract_party_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contract_party_name ON public.contract_party USING btree (name);


--
-- Name: ix_contract_party_party_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contract_party_party_id ON public.contract_party USING btree (party_id);


--
-- Name: ix_contract_project_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contract_project_id ON public.contract USING btree (project_id);


--
-- Name: ix_contract_registered_on; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contract_registered_on ON public.contract USING btree (registered_on);


--
-- Name: ix_contract_status_office; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_contract_status_office ON public.contract USING btree (status, office_code);


--
-- Name: ix_deal_achievement_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deal_achievement_id ON public.deal USING btree (achievement_id);


--
-- Name: ix_deal_acquirer_party_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deal_acquirer_party_id ON public.deal USING btree (acquirer_party_id);


--
-- Name: ix_deal_broker_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deal_broker_id ON public.deal USING btree (broker_id);


--
-- Name: ix_deal_event_deal_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deal_event_deal_id ON public.deal_event USING btree (deal_id);


--
-- Name: ix_deal_need_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deal_need_id ON public.deal USING btree (need_id);


--
-- Name: ix_deal_provider_party_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deal_provider_party_id ON public.deal USING btree (provider_party_id);


--
-- Name: ix_deal_respond_by; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_deal_respond_by ON public.deal USING btree (respond_by);


--
-- Name: ix_idempotency_record_created_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_idempotency_record_created_at ON public.idempotency_record USING btree (created_at);


--
-- Name: ix_ledger_entry_contract; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_ledger_entry_contract ON public.ledger_entry USING btree (contract_id);


--
-- Name: ix_ledger_entry_year_seq; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_ledger_entry_year_seq ON public.ledger_entry USING btree (year, seq);


--
-- Name: ix_match_achievement_score; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_match_achievement_score ON public.match USING btree (achievement_id, score);


--
-- Name: ix_match_broker_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_match_broker_id ON public.match USING btree (broker_id);


--
-- Name: ix_match_event_match_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_match_event_match_id ON public.match_event USING btree (match_id);


--
-- Name: ix_match_need_score; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_match_need_score ON public.match USING btree (need_id, score);


--
-- Name: ix_match_respond_by; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_match_respond_by ON public.match USING btree (respond_by);


--
-- Name: ix_match_status_source; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_match_status_source ON public.match USING btree (status, source);


--
-- Name: ix_need_broker_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_need_broker_id ON public.need USING btree (broker_id);


--
-- Name: ix_need_content_hash; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_need_content_hash ON public.need USING btree (content_hash);


--
-- Name: ix_need_expires_at; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_need_expires_at ON public.need USING btree (expires_at);


--
-- Name: ix_need_field_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_need_field_code ON public.need USING btree (field_code);


--
-- Name: ix_need_local_industry_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_need_local_industry_code ON public.need USING btree (local_industry_code);


--
-- Name: ix_need_owner_party_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_need_owner_party_id ON public.need USING btree (owner_party_id);


--
-- Name: ix_need_region_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_need_region_code ON public.need USING btree (region_code);


--
-- Name: ix_need_status_published; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_need_status_published ON public.need USING btree (status, published_at);


--
-- Name: ix_outbox_entry_due; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outbox_entry_due ON public.outbox_entry USING btree (dead_at, due_at, id);


--
-- Name: ix_outbox_entry_subject_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_outbox_entry_subject_id ON public.outbox_entry USING btree (subject_id);


--
-- Name: ix_party_name; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_party_name ON public.party USING btree (name);


--
-- Name: ix_party_region_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_party_region_code ON public.party USING btree (region_code);


--
-- Name: ix_project_achievement_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_project_achievement_id ON public.project USING btree (achievement_id);


--
-- Name: ix_project_enterprise_party_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_project_enterprise_party_id ON public.project USING btree (enterprise_party_id);


--
-- Name: ix_project_institute_party_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_project_institute_party_id ON public.project USING btree (institute_party_id);


--
-- Name: ix_project_region_code; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_project_region_code ON public.project USING btree (region_code);


--
-- Name: ix_proposal_deal_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_proposal_deal_id ON public.proposal USING btree (deal_id);


--
-- Name: ix_sign_in_user_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_sign_in_user_id ON public.sign_in USING btree (user_id);


--
-- Name: ix_user_account_party_id; Type: INDEX; Schema: public; Owner: -
--

CREATE INDEX ix_user_account_party_id ON public.user_account USING btree (party_id);


--
-- Name: audit_entry audit_entry_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON public.audit_entry FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: audit_entry audit_entry_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON public.audit_entry FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: ledger_entry ledger_entry_no_delete; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON public.ledger_entry FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: ledger_entry ledger_entry_no_update; Type: TRIGGER; Schema: public; Owner: -
--

CREATE TRIGGER ledger_entry_no_update BEFORE UPDATE ON public.ledger_entry FOR EACH ROW EXECUTE FUNCTION public.refuse_change();


--
-- Name: achievement fk_achievement_broker_id_broker; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.achievement
    ADD CONSTRAINT fk_achievement_broker_id_broker FOREIGN KEY (broker_id) REFERENCES public.broker(id);


--
-- Name: achievement_indicator fk_achievement_indicator_achievement_id_achievement; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.achievement_indicator
    ADD CONSTRAINT fk_achievement_indicator_achievement_id_achievement FOREIGN KEY (achievement_id) REFERENCES public.achievement(id) ON DELETE CASCADE;


--
-- Name: achievement fk_achievement_owner_party_id_party; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.achievement
    ADD CONSTRAINT fk_achievement_owner_party_id_party FOREIGN KEY (owner_party_id) REFERENCES public.party(id);


--
-- Name: broker fk_broker_party_id_party; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.broker
    ADD CONSTRAINT fk_broker_party_id_party FOREIGN KEY (party_id) REFERENCES public.party(id);


--
-- Name: broker fk_broker_user_id_user_account; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.broker
    ADD CONSTRAINT fk_broker_user_id_user_account FOREIGN KEY (user_id) REFERENCES public.user_account(id);


--
-- Name: contract fk_contract_achievement_id_achievement; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT fk_contract_achievement_id_achievement FOREIGN KEY (achievement_id) REFERENCES public.achievement(id);


--
-- Name: contract fk_contract_broker_id_broker; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT fk_contract_broker_id_broker FOREIGN KEY (broker_id) REFERENCES public.broker(id);


--
-- Name: contract_change fk_contract_change_contract_id_contract; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract_change
    ADD CONSTRAINT fk_contract_change_contract_id_contract FOREIGN KEY (contract_id) REFERENCES public.contract(id) ON DELETE CASCADE;


--
-- Name: contract fk_contract_deal_id_deal; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT fk_contract_deal_id_deal FOREIGN KEY (deal_id) REFERENCES public.deal(id);


--
-- Name: contract fk_contract_filed_by_party_id_party; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT fk_contract_filed_by_party_id_party FOREIGN KEY (filed_by_party_id) REFERENCES public.party(id);


--
-- Name: contract fk_contract_need_id_need; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT fk_contract_need_id_need FOREIGN KEY (need_id) REFERENCES public.need(id);


--
-- Name: contract_party fk_contract_party_contract_id_contract; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract_party
    ADD CONSTRAINT fk_contract_party_contract_id_contract FOREIGN KEY (contract_id) REFERENCES public.contract(id) ON DELETE CASCADE;


--
-- Name: contract_party fk_contract_party_party_id_party; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract_party
    ADD CONSTRAINT fk_contract_party_party_id_party FOREIGN KEY (party_id) REFERENCES public.party(id);


--
-- Name: contract fk_contract_project_id_project; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.contract
    ADD CONSTRAINT fk_contract_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id);


--
-- Name: deal fk_deal_achievement_id_achievement; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deal
    ADD CONSTRAINT fk_deal_achievement_id_achievement FOREIGN KEY (achievement_id) REFERENCES public.achievement(id);


--
-- Name: deal fk_deal_acquirer_party_id_party; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deal
    ADD CONSTRAINT fk_deal_acquirer_party_id_party FOREIGN KEY (acquirer_party_id) REFERENCES public.party(id);


--
-- Name: deal fk_deal_broker_id_broker; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deal
    ADD CONSTRAINT fk_deal_broker_id_broker FOREIGN KEY (broker_id) REFERENCES public.broker(id);


--
-- Name: deal_event fk_deal_event_deal_id_deal; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deal_event
    ADD CONSTRAINT fk_deal_event_deal_id_deal FOREIGN KEY (deal_id) REFERENCES public.deal(id) ON DELETE CASCADE;


--
-- Name: deal fk_deal_match_id_match; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deal
    ADD CONSTRAINT fk_deal_match_id_match FOREIGN KEY (match_id) REFERENCES public.match(id);


--
-- Name: deal fk_deal_need_id_need; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deal
    ADD CONSTRAINT fk_deal_need_id_need FOREIGN KEY (need_id) REFERENCES public.need(id);


--
-- Name: deal fk_deal_provider_party_id_party; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.deal
    ADD CONSTRAINT fk_deal_provider_party_id_party FOREIGN KEY (provider_party_id) REFERENCES public.party(id);


--
-- Name: intellectual_property fk_intellectual_property_achievement_id_achievement; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.intellectual_property
    ADD CONSTRAINT fk_intellectual_property_achievement_id_achievement FOREIGN KEY (achievement_id) REFERENCES public.achievement(id) ON DELETE CASCADE;


--
-- Name: ledger_entry fk_ledger_entry_contract_id_contract; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.ledger_entry
    ADD CONSTRAINT fk_ledger_entry_contract_id_contract FOREIGN KEY (contract_id) REFERENCES public.contract(id);


--
-- Name: match fk_match_achievement_id_achievement; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.match
    ADD CONSTRAINT fk_match_achievement_id_achievement FOREIGN KEY (achievement_id) REFERENCES public.achievement(id) ON DELETE CASCADE;


--
-- Name: match fk_match_broker_id_broker; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.match
    ADD CONSTRAINT fk_match_broker_id_broker FOREIGN KEY (broker_id) REFERENCES public.broker(id);


--
-- Name: match_event fk_match_event_match_id_match; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.match_event
    ADD CONSTRAINT fk_match_event_match_id_match FOREIGN KEY (match_id) REFERENCES public.match(id) ON DELETE CASCADE;


--
-- Name: match fk_match_need_id_need; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.match
    ADD CONSTRAINT fk_match_need_id_need FOREIGN KEY (need_id) REFERENCES public.need(id) ON DELETE CASCADE;


--
-- Name: milestone fk_milestone_project_id_project; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.milestone
    ADD CONSTRAINT fk_milestone_project_id_project FOREIGN KEY (project_id) REFERENCES public.project(id) ON DELETE CASCADE;


--
-- Name: need fk_need_broker_id_broker; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.need
    ADD CONSTRAINT fk_need_broker_id_broker FOREIGN KEY (broker_id) REFERENCES public.broker(id);


--
-- Name: need_indicator fk_need_indicator_need_id_need; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.need_indicator
    ADD CONSTRAINT fk_need_indicator_need_id_need FOREIGN KEY (need_id) REFERENCES public.need(id) ON DELETE CASCADE;


--
-- Name: need fk_need_owner_party_id_party; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.need
    ADD CONSTRAINT fk_need_owner_party_id_party FOREIGN KEY (owner_party_id) REFERENCES public.party(id);


--
-- Name: project fk_project_achievement_id_achievement; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project
    ADD CONSTRAINT fk_project_achievement_id_achievement FOREIGN KEY (achievement_id) REFERENCES public.achievement(id);


--
-- Name: project fk_project_enterprise_party_id_party; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project
    ADD CONSTRAINT fk_project_enterprise_party_id_party FOREIGN KEY (enterprise_party_id) REFERENCES public.party(id);


--
-- Name: project fk_project_institute_party_id_party; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.project
    ADD CONSTRAINT fk_project_institute_party_id_party FOREIGN KEY (institute_party_id) REFERENCES public.party(id);


--
-- Name: proposal fk_proposal_by_party_id_party; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT fk_proposal_by_party_id_party FOREIGN KEY (by_party_id) REFERENCES public.party(id);


--
-- Name: proposal fk_proposal_deal_id_deal; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.proposal
    ADD CONSTRAINT fk_proposal_deal_id_deal FOREIGN KEY (deal_id) REFERENCES public.deal(id) ON DELETE CASCADE;


--
-- Name: sign_in fk_sign_in_user_id_user_account; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.sign_in
    ADD CONSTRAINT fk_sign_in_user_id_user_account FOREIGN KEY (user_id) REFERENCES public.user_account(id);


--
-- Name: user_account fk_user_account_party_id_party; Type: FK CONSTRAINT; Schema: public; Owner: -
--

ALTER TABLE ONLY public.user_account
    ADD CONSTRAINT fk_user_account_party_id_party FOREIGN KEY (party_id) REFERENCES public.party(id);


--
-- PostgreSQL database dump complete
--


